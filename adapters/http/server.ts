import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { checkingSerializerCompiler, serializerCompiler } from './answers.ts';
import { type Api } from './api.ts';
import { authenticator } from './authenticate.ts';
import { allowOrigins } from './cross-origin.ts';
import { type HttpDependencies } from './dependencies.ts';
import { answerEtags } from './etag.ts';
import { readFresh } from './freshness.ts';
import { guard } from './guard.ts';
import { readJsonBodies } from './json-body.ts';
import { documentRoutes } from './openapi/document.ts';
import { refuseOtherMethods } from './other-methods.ts';
import { problemFrom } from './problems/from-error.ts';
import { problemDocument, ProblemError } from './problems/problem.ts';
import { replayRepeats } from './replay.ts';
import { answerIdentity, requestIdOf } from './request-identity.ts';
import { documentationRoutes } from './routes/documentation.ts';
import { healthRoutes } from './routes/health.ts';
import { registerRoutes } from './routes/register.ts';
import { validatorCompiler } from './validation.ts';

/** 1 MiB, except for frames. */
const BODY_LIMIT = 1_048_576;
/** A change waits up to 30 s for an outcome that is unknown, and then says so: that answer must come first. */
const TIMEOUT_MS = { read: 30_000, change: 35_000 } as const;

/** The API as a Fastify instance that does not listen yet. */
export async function buildServer(dependencies: HttpDependencies): Promise<FastifyInstance> {
  // The type of the instance should not depend on which logger it is.
  const loggerInstance: FastifyBaseLogger = dependencies.log;
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    genReqId: requestIdOf,
    requestIdHeader: false,
    trustProxy: dependencies.trustProxy ?? false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    frameworkErrors: answerError,
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(
    dependencies.checkAnswers === true ? checkingSerializerCompiler : serializerCompiler,
  );
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => answerProblem(new ProblemError('not-found'), request, reply));
  app.decorateRequest('principal', null);
  app.addHook('onRoute', (route) => {
    // A network server waits five seconds at most, and the intake has its own limits: a timer per frame would be for nobody.
    if (route.config?.permission === 'ingest') return;
    const reads = route.method === 'GET' || route.method === 'HEAD';
    route.handlerTimeout ??= reads ? TIMEOUT_MS.read : TIMEOUT_MS.change;
  });
  readJsonBodies(app);
  answerIdentity(app);
  allowOrigins(app, dependencies.corsOrigins ?? []);
  measure(app, dependencies);
  await documentRoutes(app, dependencies.softwareVersion);
  await app.register(apiV1, { dependencies, prefix: '/api/v1' });
  healthRoutes(app, dependencies, { documented: false });
  await documentationRoutes(app);
  return app;
}

async function apiV1(api: Api, { dependencies }: { readonly dependencies: HttpDependencies }): Promise<void> {
  const { findPrincipal, keptKeys, keyShape } = dependencies;
  api.addHook('onRequest', guard(authenticator(findPrincipal, keyShape, Date.now, keptKeys ?? null)));
  readFresh(api, dependencies);
  replayRepeats(api, dependencies);
  answerEtags(api);
  const refuseOthers = refuseOtherMethods(api);
  registerRoutes(api, dependencies);
  await refuseOthers();
}

function measure(app: FastifyInstance, { onAnswered }: HttpDependencies): void {
  if (onAnswered === undefined) return;
  app.addHook('onResponse', (request, reply, done) => {
    // The pattern of the route: paths as they were typed would be labels without bound.
    const route = request.routeOptions.url ?? 'none';
    onAnswered(route, request.method, reply.statusCode, reply.elapsedTime / 1000);
    done();
  });
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemFrom(error);
  if (problem === null) request.log.error({ err: error, request_id: request.id }, 'a request failed');
  answerProblem(problem ?? new ProblemError('internal-error'), request, reply);
}

function answerProblem(problem: ProblemError, request: FastifyRequest, reply: FastifyReply): void {
  const body = problemDocument(problem.problem, problem.details, request.id);
  const { retryAfterS } = problem.details;
  if (retryAfterS !== undefined) void reply.header('retry-after', retryAfterS);
  if (body.status === 401) void reply.header('www-authenticate', 'Bearer');
  void reply
    .code(body.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    // Where no route was found, hooks that would set it do not run.
    .header('x-request-id', request.id)
    .serializer((value: unknown) => JSON.stringify(value))
    .send(body);
}

import swagger from '@fastify/swagger';
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { newCommandId } from '../../application/ids/ids.ts';
import { authenticator } from './authenticate.ts';
import { guard } from './guard.ts';
import { type HttpDependencies } from './dependencies.ts';
import { answerEtags } from './etag.ts';
import { replayRepeats } from './replay.ts';
import { readFresh } from './freshness.ts';
import { openApiInfo } from './openapi.ts';
import { problemFrom } from './problems/from-error.ts';
import { problemDocument, ProblemError } from './problems/problem.ts';
import { auditRoutes } from './routes/audit.ts';
import { deviceRoutes } from './routes/devices.ts';
import { documentationRoutes } from './routes/documentation.ts';
import { healthRoutes } from './routes/health.ts';
import { meRoutes } from './routes/me.ts';
import { occupancyRoutes } from './routes/occupancy.ts';
import { overrideRoutes } from './routes/overrides.ts';
import { reservationRoutes } from './routes/reservations.ts';
import { historyRoutes } from './routes/history.ts';
import { uplinkRoutes } from './routes/uplink.ts';
import { siteRoutes } from './routes/sites.ts';
import { spaceRoutes } from './routes/spaces.ts';
import { utilizationRoutes } from './routes/utilization.ts';
import { zoneRoutes } from './routes/zones.ts';
import { validatorCompiler } from './validation.ts';
import { type Api } from './api.ts';

/** 1 MiB, except for frames. */
const BODY_LIMIT = 1_048_576;

/** The API as a Fastify instance that does not listen yet. */
export async function buildServer(dependencies: HttpDependencies): Promise<FastifyInstance> {
  // Typed here, so that the instance's type does not depend on which logger it is.
  const loggerInstance: FastifyBaseLogger = dependencies.log;
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    genReqId: () => newCommandId(),
    requestIdHeader: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(() => (body) => JSON.stringify(body));
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => {
    answerProblem(new ProblemError('not-found'), request, reply);
  });
  await app.register(swagger, {
    openapi: openApiInfo(dependencies.softwareVersion),
    transform: jsonSchemaTransform,
  });
  const authenticate = authenticator(dependencies.findPrincipal, dependencies.keyShape, Date.now);
  app.decorateRequest('principal', null);
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    dependencies.onAnswered?.(route, request.method, reply.statusCode, reply.elapsedTime / 1000);
    done();
  });
  await app.register(
    (api, _options, done) => {
      api.addHook('onRequest', guard(authenticate));
      readFresh(api, dependencies);
      replayRepeats(api, dependencies);
      answerEtags(api);
      registerRoutes(api, dependencies);
      done();
    },
    { prefix: '/api/v1' },
  );
  healthRoutes(app, dependencies);
  await documentationRoutes(app);
  return app;
}

function registerRoutes(api: Api, dependencies: HttpDependencies): void {
  meRoutes(api);
  siteRoutes(api, dependencies);
  zoneRoutes(api, dependencies);
  spaceRoutes(api, dependencies);
  occupancyRoutes(api, dependencies);
  deviceRoutes(api, dependencies);
  overrideRoutes(api, dependencies);
  reservationRoutes(api, dependencies);
  utilizationRoutes(api, dependencies);
  historyRoutes(api, dependencies);
  auditRoutes(api, dependencies);
  if (dependencies.uplink !== undefined) uplinkRoutes(api, dependencies.uplink);
  healthRoutes(api, dependencies);
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemFrom(error);
  if (problem === null) {
    request.log.error({ err: error, request_id: request.id }, 'a request failed');
    answerProblem(new ProblemError('internal-error'), request, reply);
    return;
  }
  answerProblem(problem, request, reply);
}

function answerProblem(problem: ProblemError, request: FastifyRequest, reply: FastifyReply): void {
  const body = problemDocument(problem.problem, problem.details, request.id);
  if (problem.details.retryAfterS !== undefined)
    void reply.header('retry-after', problem.details.retryAfterS);
  if (body.status === 401) void reply.header('www-authenticate', 'Bearer');
  void reply
    .code(body.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .serializer((value: unknown) => JSON.stringify(value))
    .send(body);
}

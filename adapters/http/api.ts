import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify';
import { type ZodTypeProvider } from 'fastify-type-provider-zod';
import { type Permission } from './access.ts';
import { type Principal } from './principal.ts';
import { type ProblemCode } from './problems/catalogue.ts';

/** A Fastify instance whose routes are typed by zod schemas. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard before any handler of `/api/v1` runs; null on public routes. */
    principal: Principal | null;
  }
  interface FastifyContextConfig {
    /** What one must be allowed to do; absent: public. */
    readonly permission?: Permission;
    /**
     * Where a read's answer comes from: the names of its read models, or the event store itself. Decides how fresh it
     * says that it is, and what `min_position` waits for. Absent: it holds nothing of either.
     */
    readonly reads?: readonly string[] | 'store';
    /** Refusals that this route gives beside those that follow from its form; for the documentation. */
    readonly problems?: readonly ProblemCode[];
  }
}

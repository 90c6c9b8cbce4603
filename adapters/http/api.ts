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
    /** False for routes whose answers hold nothing of the read models (no freshness headers, no `min_position`). */
    readonly readsModels?: boolean;
  }
}

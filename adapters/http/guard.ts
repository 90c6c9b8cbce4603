import { type FastifyRequest } from 'fastify';
import { mayDo, writes } from './access.ts';
import { type Principal } from './principal.ts';
import { ProblemError } from './problems/problem.ts';

/** Runs before anything is read from a request: who is it, and may this role use this route? */
export function guard(authenticate: (request: FastifyRequest) => Promise<Principal>) {
  return async (request: FastifyRequest): Promise<void> => {
    const { permission } = request.routeOptions.config;
    if (permission === undefined) return;
    request.principal = await authenticate(request);
    if (!mayDo(request.principal.role, permission)) {
      throw new ProblemError('forbidden', { detail: `The role ${request.principal.role} may not do this.` });
    }
    if (request.principal.suspended && writes.has(permission)) throw new ProblemError('tenant-suspended');
  };
}

/** The principal of a guarded route. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw new ProblemError('unauthenticated');
  return request.principal;
}

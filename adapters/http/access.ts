import { type Role } from '../../domain/tenant/events.ts';

/** What a route lets one do. One table: role × permission; the documentation and a test are made from it. */
export const permissions = {
  /** Who am I. */
  identify: ['owner', 'admin', 'operator', 'booker', 'viewer', 'analyst', 'auditor', 'ingest'],
  read: ['owner', 'admin', 'operator', 'booker', 'viewer', 'analyst', 'auditor'],
  /** Utilization, sessions, the history of states and of frames. */
  analyse: ['owner', 'admin', 'operator', 'viewer', 'analyst', 'auditor'],
  book: ['owner', 'admin', 'operator', 'booker'],
  operate: ['owner', 'admin', 'operator'],
  administer: ['owner', 'admin'],
  audit: ['owner', 'auditor'],
  ingest: ['owner', 'admin', 'ingest'],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof permissions;

/** Reads are allowed to a suspended tenant, and its frames are still recorded; commands are not (rule Q5). */
export const writes: ReadonlySet<Permission> = new Set<Permission>(['book', 'operate', 'administer']);

export function mayDo(role: Role, permission: Permission): boolean {
  return (permissions[permission] as readonly Role[]).includes(role);
}

/** What a process does. Every role can run more than once; projectors and workers have one owner each at a time. */
export const systemRoles = ['all', 'api', 'ingest', 'projector', 'worker'] as const;
export type SystemRole = (typeof systemRoles)[number];

export interface Duties {
  readonly api: boolean;
  readonly ingest: boolean;
  readonly projector: boolean;
  readonly worker: boolean;
}

export function dutiesOf(role: SystemRole): Duties {
  const has = (duty: SystemRole): boolean => role === 'all' || role === duty;
  return { api: has('api'), ingest: has('ingest'), projector: has('projector'), worker: has('worker') };
}

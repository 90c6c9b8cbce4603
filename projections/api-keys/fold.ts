import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type ApiKeyRow } from './table.ts';

/** One key. Revoked ones stay, so that a list can show them. */
export function foldApiKeys(keys: readonly ApiKeyRow[], event: ProjectedEvent): readonly ApiKeyRow[] {
  switch (event.type) {
    case 'ApiKeyIssued': {
      const { expires_at, ...issued } = event.data;
      const key: ApiKeyRow = {
        tenant_id: event.tenantId,
        ...issued,
        issued_at: event.occurredAt,
        expires_at: expires_at ?? null,
        revoked_at: null,
        revision: event.revision,
      };
      return [key];
    }
    case 'ApiKeyRevoked':
      return keys.map((key) =>
        key.revoked_at === null ? { ...key, revoked_at: event.occurredAt, revision: event.revision } : key,
      );
    default:
      return keys;
  }
}

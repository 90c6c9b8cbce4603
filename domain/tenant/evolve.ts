import { type TenantEvent } from './events.ts';
import { type ApiKey, type RegisteredTenant, type TenantState } from './state.ts';

/** Never throws: a recorded fact cannot be refused. What cannot be, or is not known here, leaves the state as it is. */
export function evolve(state: TenantState, event: TenantEvent): TenantState {
  // The stream may hold what another version wrote, whatever the type says.
  if (typeof event.data !== 'object' || (event.data as unknown) === null) return state;
  if (state.status === 'unregistered') {
    return event.type === 'TenantRegistered'
      ? { status: 'active', registered: event.data, keys: new Map() }
      : state;
  }
  switch (event.type) {
    case 'TenantRegistered':
      return state;
    case 'TenantSuspended':
      return { ...state, status: 'suspended' };
    case 'TenantResumed':
      return { ...state, status: 'active' };
    case 'ApiKeyIssued':
      return withKey(state, event.data.key_id, { issued: event.data, revoked: false });
    case 'ApiKeyRevoked': {
      const key = state.keys.get(event.data.key_id);
      return key === undefined ? state : withKey(state, event.data.key_id, { ...key, revoked: true });
    }
    default:
      return state;
  }
}

function withKey(state: RegisteredTenant, keyId: string, key: ApiKey): RegisteredTenant {
  return { ...state, keys: new Map(state.keys).set(keyId, key) };
}

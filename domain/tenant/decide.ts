import { canonicalJson } from '../canonical/json.ts';
import { accept, type Decision, reject } from '../event/decider.ts';
import { type Instant } from '../time/instant.ts';
import {
  type IssueApiKey,
  type RegisterTenant,
  type ResumeTenant,
  type RevokeApiKey,
  type SuspendTenant,
  type TenantCommand,
} from './commands.ts';
import { type TenantEvent } from './events.ts';
import {
  type ApiKeyIssue,
  type RegisteredTenant,
  type TenantRegistration,
  type TenantState,
} from './state.ts';

type Answer = Decision<TenantEvent>;

export function decide(command: TenantCommand, state: TenantState): Answer {
  if (command.type === 'RegisterTenant') return register(command, state);
  if (state.status === 'unregistered') {
    return reject({ code: 'not-found', detail: 'there is no such tenant' });
  }
  switch (command.type) {
    case 'SuspendTenant':
      return suspend(command, state);
    case 'ResumeTenant':
      return resume(command, state);
    case 'IssueApiKey':
      return issueKey(command, state);
    case 'RevokeApiKey':
      return revokeKey(command, state);
  }
}

function register(command: RegisterTenant, state: TenantState): Answer {
  const data: TenantRegistration = {
    name: command.name,
    mode: command.mode,
    plan: { name: command.plan.name, quotas: command.plan.quotas },
  };
  if (state.status === 'unregistered') return record({ type: 'TenantRegistered', data }, command.now);
  if (canonicalJson(data) === canonicalJson(state.registered)) return accept();
  return reject({ code: 'already-exists', detail: 'a tenant with this id is registered with other content' });
}

function suspend(command: SuspendTenant, state: RegisteredTenant): Answer {
  if (state.status === 'suspended') return accept();
  return record({ type: 'TenantSuspended', data: { reason: command.reason } }, command.now);
}

function resume(command: ResumeTenant, state: RegisteredTenant): Answer {
  if (state.status === 'active') return accept();
  return record({ type: 'TenantResumed', data: { reason: command.reason } }, command.now);
}

/** Of all commands only this one is refused while suspended: suspending must never keep a leaked key alive (Q5). */
function issueKey(command: IssueApiKey, state: RegisteredTenant): Answer {
  const data: ApiKeyIssue = {
    key_id: command.keyId,
    hash: command.hash,
    role: command.role,
    scopes: [...command.scopes],
    name: command.name,
    ...(command.expiresAt === undefined ? {} : { expires_at: command.expiresAt }),
  };
  const known = state.keys.get(command.keyId);
  if (known !== undefined) {
    if (canonicalJson(data) === canonicalJson(known.issued)) return accept();
    return reject({ code: 'already-exists', detail: 'this key id was issued with other content' });
  }
  if ([...state.keys.values()].some((key) => key.issued.hash === command.hash)) {
    return reject({ code: 'already-exists', detail: 'this key was issued before under another id' });
  }
  if (state.status === 'suspended') {
    return reject({ code: 'tenant-suspended', detail: 'no keys are issued while the tenant is suspended' });
  }
  if (command.expiresAt !== undefined && command.expiresAt <= command.now) {
    return reject({ code: 'in-the-past', detail: 'the key would have expired before it was issued' });
  }
  return record({ type: 'ApiKeyIssued', data }, command.now);
}

function revokeKey(command: RevokeApiKey, state: RegisteredTenant): Answer {
  const key = state.keys.get(command.keyId);
  if (key === undefined) return reject({ code: 'not-found', detail: 'the tenant has no such key' });
  if (key.revoked) return accept();
  return record({ type: 'ApiKeyRevoked', data: { key_id: command.keyId } }, command.now);
}

function record(event: TenantEvent, occurredAt: Instant): Answer {
  return accept({ event, occurredAt });
}

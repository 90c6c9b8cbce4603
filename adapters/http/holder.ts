import { type FastifyRequest } from 'fastify';
import { derivedId, newCommandId } from '../../application/ids/ids.ts';
import { streamName } from '../../application/ports/event-store/stream-name.ts';
import { type Ciphertext } from '../../domain/personal-data/ciphertext.ts';
import { type HttpDependencies } from './dependencies.ts';
import { principalOf } from './guard.ts';

/**
 * The holder of a booking in clear, for keys with the scope `holder:read`. The reading is recorded before the data
 * leaves (rule H7): what cannot be logged is not shown. Null for everybody else, and after an erasure.
 */
export async function revealHolder(
  request: FastifyRequest,
  dependencies: HttpDependencies,
  subjectId: string | null,
  holder: Ciphertext | null,
): Promise<Record<string, string> | null> {
  const { tenantId, scopes, keyId } = principalOf(request);
  if (subjectId === null || holder === null || !scopes.includes('holder:read')) return null;
  const now = dependencies.now();
  const month = now.slice(0, 7).replace('-', '');
  const commandId = newCommandId();
  await dependencies.store.append(
    streamName('access', tenantId, month),
    [
      {
        id: derivedId(commandId, 'access'),
        type: 'PersonalDataRead',
        data: { subject_id: subjectId, fields: ['holder'] },
        metadata: {
          tenant_id: tenantId,
          schema_version: 1,
          occurred_at: now,
          decided_at: now,
          actor: { type: 'api_key', id: keyId },
          command_id: commandId,
          $correlationId: commandId,
          request_id: request.id,
          software_version: dependencies.softwareVersion,
        },
      },
    ],
    { expected: 'any' },
  );
  const text = await dependencies.vault.decrypt(tenantId, subjectId, 'holder', holder);
  return text === null ? null : (JSON.parse(text) as Record<string, string>);
}

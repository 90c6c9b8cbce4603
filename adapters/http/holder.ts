import { type FastifyRequest } from 'fastify';
import { derivedId, newCommandId } from '../../application/ids/ids.ts';
import { streamName } from '../../application/ports/event-store/stream-name.ts';
import { type Ciphertext } from '../../domain/personal-data/ciphertext.ts';
import { type HttpDependencies } from './dependencies.ts';
import { principalOf } from './guard.ts';

export function mayReadHolders(request: FastifyRequest): boolean {
  return principalOf(request).scopes.includes('holder:read');
}

/**
 * The holder of a booking in clear, for keys that may read holders. The reading is recorded before the data leaves
 * (rule H7): what cannot be logged is not shown. Null where none was given, and after an erasure.
 */
export async function revealHolder(
  request: FastifyRequest,
  { now, softwareVersion, store, vault }: HttpDependencies,
  subjectId: string | null,
  holder: Ciphertext | null,
): Promise<Record<string, string> | null> {
  if (subjectId === null || holder === null) return null;
  const { tenantId, keyId } = principalOf(request);
  const at = now();
  const readingId = newCommandId();
  const event = {
    id: derivedId(readingId, 'access'),
    type: 'PersonalDataRead',
    data: { subject_id: subjectId, fields: ['holder'] },
    metadata: {
      tenant_id: tenantId,
      schema_version: 1,
      occurred_at: at,
      decided_at: at,
      actor: { type: 'api_key', id: keyId },
      command_id: readingId,
      $correlationId: readingId,
      request_id: request.id,
      software_version: softwareVersion,
    },
  };
  const month = at.slice(0, 7).replace('-', '');
  await store.append(streamName('access', tenantId, month), [event], { expected: 'any' });
  const text = await vault.decrypt(tenantId, subjectId, 'holder', holder);
  return text === null ? null : (JSON.parse(text) as Record<string, string>);
}

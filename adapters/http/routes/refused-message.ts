import { type FastifyRequest } from 'fastify';
import { type RefusedMessage } from '../../../application/intake/refused-messages.ts';
import { readDevEui } from '../../../domain/identity/ids.ts';
import { type Instant } from '../../../domain/time/instant.ts';
import { problemCatalogue } from '../problems/catalogue.ts';
import { problemFrom } from '../problems/from-error.ts';

/** What can be said of a request to the intake that failed. Nothing of its headers: one of them is the key. */
export function refusedMessage(request: FastifyRequest, error: unknown, at: Instant): RefusedMessage {
  const problem = problemFrom(error);
  const code = problem?.problem ?? 'internal-error';
  const { body, principal } = request;
  const text = typeof body === 'string' ? body : null;
  return {
    at,
    tenantId: principal?.tenantId ?? null,
    keyId: principal?.keyId ?? null,
    path: request.url.slice(0, 200),
    status: problemCatalogue[code].status,
    code,
    detail: problem === null ? null : detailOf(problem.details),
    devEui: text === null ? null : devEuiOf(text),
    bytes: text === null ? lengthOf(request) : Buffer.byteLength(text),
  };
}

interface Details {
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
}

function detailOf({ detail, errors = [] }: Details): string | null {
  const mistakes = errors.slice(0, 5).map(({ message, pointer }) => `${pointer || '/'}: ${message}`);
  return [detail, ...mistakes].filter((part) => part !== undefined).join('; ') || null;
}

/** Where either network server writes it. */
function devEuiOf(text: string): string | null {
  try {
    const body = JSON.parse(text) as Partial<Record<string, unknown>> | null;
    for (const [part, name] of [
      ['deviceInfo', 'devEui'],
      ['end_device_ids', 'dev_eui'],
    ] as const) {
      const value: unknown = (body?.[part] as Partial<Record<string, unknown>> | null | undefined)?.[name];
      if (typeof value === 'string') return readDevEui(value);
    }
  } catch {
    // Not JSON: that is why it was refused.
  }
  return null;
}

function lengthOf({ headers }: FastifyRequest): number | null {
  const length = Number(headers['content-length']);
  return Number.isSafeInteger(length) && length >= 0 ? Math.min(length, 2_147_483_647) : null;
}

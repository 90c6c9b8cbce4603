import { type Pool } from 'pg';
import { type RefusedMessage } from '../../application/intake/refused-messages.ts';

const KEPT_PER_TENANT = 1_000;
const KEPT_DAYS = 7;

/** Writes refused messages, and lets go of those that are too many or too old: of each tenant apart, nobody crowds out another. */
export async function writeRefused(
  pool: Pick<Pool, 'query'>,
  newId: () => string,
  refused: readonly RefusedMessage[],
): Promise<void> {
  const column = <T>(of: (one: RefusedMessage) => T): T[] => refused.map(of);
  await pool.query({
    name: 'refused-messages-insert',
    text: `INSERT INTO sensing.refused_messages (id, at, tenant_id, key_id, path, status, code, detail, dev_eui, bytes)
           SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::text[], $5::text[], $6::integer[],
             $7::text[], $8::text[], $9::text[], $10::integer[])`,
    values: [
      refused.map(() => newId()),
      column(({ at }) => at),
      column(({ tenantId }) => tenantId),
      column(({ keyId }) => keyId),
      column(({ path }) => storable(path)),
      column(({ status }) => status),
      column(({ code }) => storable(code)),
      column(({ detail }) => (detail === null ? null : storable(detail))),
      column(({ devEui }) => devEui),
      column(({ bytes }) => bytes),
    ],
  });
  await pool.query({
    name: 'refused-messages-tidy',
    text: `DELETE FROM sensing.refused_messages AS old
           USING (SELECT id, row_number() OVER (PARTITION BY tenant_id ORDER BY at DESC, id DESC) AS place
                  FROM sensing.refused_messages) AS placed
           WHERE placed.id = old.id
             AND (placed.place > $1 OR old.at < now() - $2 * interval '1 day')`,
    values: [KEPT_PER_TENANT, KEPT_DAYS],
  });
}

/** Postgres takes neither U+0000 nor half a character. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed();
}

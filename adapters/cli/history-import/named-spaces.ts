import { type DatabasePool, sql } from 'slonik';
import { z } from 'zod';
import { codeSchema } from '../../../domain/identity/names.ts';
import { readId } from '../readers.ts';

/** What a file calls a bay, as it is looked up: by an id, or by a code. */
export type SpaceName =
  | { readonly kind: 'id'; readonly key: string }
  | { readonly kind: 'code'; readonly key: string; readonly name: string };

/** Codes are letters and digits with single hyphens: other separators become those. Null: what can be no code. */
export function spaceNameOf(text: string): SpaceName | null {
  const id = readId(text);
  if (id !== null) return { kind: 'id', key: id };
  const parsed = codeSchema.safeParse(text.replaceAll(/[\s_./:-]+/g, '-').replaceAll(/^-|-$/g, ''));
  return parsed.success ? { kind: 'code', key: parsed.data, name: text.trim() } : null;
}

export interface NamedSpace {
  readonly spaceId: string;
  readonly code: string;
}

const row = z
  .object({ space_id: z.string(), code: z.string() })
  .transform(({ space_id, code }): NamedSpace => ({ spaceId: space_id, code }));

const AT_ONCE = 1_000;

/**
 * The tenant's live spaces of these names, by key; a code that several sites have, by all of them. A space of another
 * tenant is none.
 */
export async function findNamedSpaces(
  database: DatabasePool,
  tenantId: string,
  siteId: string | null,
  names: readonly SpaceName[],
): Promise<ReadonlyMap<string, readonly NamedSpace[]>> {
  const found = new Map<string, NamedSpace[]>();
  for (let from = 0; from < names.length; from += AT_ONCE) {
    const some = names.slice(from, from + AT_ONCE);
    const keysOf = (kind: SpaceName['kind']) => some.filter((one) => one.kind === kind).map(({ key }) => key);
    const spaces = await database.any(sql.type(row)`
      SELECT space_id, code FROM read_model.spaces_current
      WHERE tenant_id = ${tenantId}::uuid AND status = 'live'
        AND (${siteId}::uuid IS NULL OR site_id = ${siteId}::uuid)
        AND (code = ANY(${sql.array(keysOf('code'), 'text')}) OR space_id = ANY(${sql.array(keysOf('id'), 'uuid')}))
      ORDER BY space_id`);
    const wanted = new Set(some.map(({ key }) => key));
    for (const space of spaces) {
      for (const key of [space.code, space.spaceId])
        if (wanted.has(key)) found.set(key, [...(found.get(key) ?? []), space]);
    }
  }
  return found;
}

import { domainCategories } from '../../../application/ports/event-store/categories.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { type Position } from '../../../application/ports/event-store/position.ts';
import { parseStreamName } from '../../../application/ports/event-store/stream-name.ts';
import { type Actor } from '../../../domain/event/metadata.ts';

/** Domain events of a tenant since a position, by actors of interest: others may be at work meanwhile. */
export async function countEventsSince(
  store: EventStore,
  tenantId: string,
  before: Position,
  isOurs: (actor: Actor) => boolean,
): Promise<number> {
  const tenant = tenantId.replaceAll('-', '');
  let added = 0;
  for await (const page of store.readAll({ categories: domainCategories, from: before })) {
    for (const { stream, metadata } of page) {
      if (parseStreamName(stream)?.tenant !== tenant) continue;
      const actor = metadata['actor'] as Partial<Actor> | undefined;
      if (actor?.type !== undefined && actor.id !== undefined && isOurs({ type: actor.type, id: actor.id }))
        added += 1;
    }
  }
  return added;
}

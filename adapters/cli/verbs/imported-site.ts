import { type Handlers } from '../../../application/commands/handlers.ts';
import { derivedId } from '../../../application/ids/ids.ts';
import { type Actor } from '../../../domain/event/metadata.ts';
import { now, refused } from '../act.ts';

/**
 * The site of an import that was given none: one of the tenant for all of them, made once. For a dry run its id only.
 * `timeZone`: of its clocks, where it has yet to be made.
 */
export async function importedSite(
  handlers: Handlers,
  tenantId: string,
  maker: Actor,
  dryRun: boolean,
  timeZone = 'UTC',
): Promise<string> {
  const siteId = derivedId(tenantId, 'import/site');
  if (dryRun) return siteId;
  const commandId = derivedId(siteId, 'register');
  const at = now();
  const outcome = await handlers.site.handle(
    siteId,
    { type: 'RegisterSite', name: 'Imported', timeZone, now: at },
    { tenantId, commandId, correlationId: commandId, actor: maker, decidedAt: at },
  );
  if (!outcome.ok && outcome.rejection.code !== 'already-exists') throw refused(outcome.rejection);
  return siteId;
}

import { asOfView } from '../../../application/audit/as-of-view.ts';
import { type Known, spaceAsOf } from '../../../application/audit/space-as-of.ts';
import { readPositionToken } from '../../../application/ports/event-store/position.ts';
import { type Answers } from '../answers.ts';
import { Failure, WrongUse } from '../failure.ts';
import { findSpace } from '../find-space.ts';
import { type Resources } from '../system/connect.ts';
import { type Verb } from '../verb.ts';
import { withResources } from '../with-resources.ts';

export const auditState: Verb = (invocation) => {
  const { answers, output } = invocation;
  const space = answers.operand(0, 'space');
  const validAt = answers.instant('valid-at');
  answers.instant('known-at');
  if (answers.text('known-at') !== undefined && answers.text('known-at-position') !== undefined)
    throw new WrongUse('--known-at and --known-at-position: only one of them can say what was known');
  return withResources(async (_, resources) => {
    const { code, spaceId, tenantId } = await findSpace(resources, space, answers.text('tenant'));
    const asOf = await spaceAsOf(
      resources.store,
      tenantId,
      spaceId,
      validAt ?? 'last-known-event',
      knownOf(answers, resources),
    );
    if (asOf === null) throw new Failure('not-found', 'the space did not exist then, as far as was known');
    const { decidedBy, derived, known } = asOf;
    await output.result(asOfView(spaceId, asOf), [
      `${code} was ${derived.state} (available: ${String(derived.available)}) at ${asOf.validAt}`,
      `decided by  ${decidedBy.type}, event ${decidedBy.event_id}, revision ${decidedBy.revision}, at ${decidedBy.occurred_at}`,
      `known       up to revision ${known.revision}, recorded at ${known.recorded_at}`,
    ]);
    return 0;
  })(invocation);
};

function knownOf(answers: Answers, { store }: Resources): Known {
  const at = answers.instant('known-at');
  if (at !== undefined) return { at };
  const token = answers.text('known-at-position');
  if (token === undefined) return 'everything';
  const reading = readPositionToken(token, store.storeId);
  if (reading.ok) return { position: reading.position };
  if (reading.reason === 'other-store')
    throw new Failure('position-from-another-store', `${token} is a position of another store`);
  throw new WrongUse(`--known-at-position ${token}: not a position that this program has given`);
}

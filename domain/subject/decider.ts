import { accept, type Decider, type Decision } from '../event/decider.ts';
import { type Instant } from '../time/instant.ts';
import { type SubjectEvent } from './events.ts';

export interface RecordSubjectKey {
  readonly type: 'RecordSubjectKey';
  readonly keyId: string;
  readonly now: Instant;
}
export type SubjectCommand = RecordSubjectKey;

export interface SubjectState {
  readonly keyIds: readonly string[];
}

/** A person whose data is encrypted: the stream says that a key was made, so that its destruction can be proven later. */
export const subjectDecider: Decider<SubjectCommand, SubjectEvent, SubjectState> = {
  initialState: { keyIds: [] },
  decide(command, state): Decision<SubjectEvent> {
    if (state.keyIds.includes(command.keyId)) return accept();
    return accept({
      event: { type: 'SubjectKeyCreated', data: { key_id: command.keyId } },
      occurredAt: command.now,
    });
  },
  evolve(state, event) {
    // The stream may hold types that this version does not know: they leave the state as it is.
    return (event.type as string) === 'SubjectKeyCreated'
      ? { keyIds: [...state.keyIds, event.data.key_id] }
      : state;
  },
};

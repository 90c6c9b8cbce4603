import { type ExpectedRevision } from '../../../application/ports/event-store/event-store.ts';

/** What a stream of a correct store is: a list of ids, and rule b1 for appends that do not fit. */
export class ModelStream {
  readonly ids: string[] = [];

  append(ids: readonly string[], expected: ExpectedRevision): number | 'refused' {
    const current = this.ids.length - 1;
    const at = expected === 'no_stream' ? -1 : expected;
    if (at === 'any' || at === current || (at === 'stream_exists' && current >= 0)) {
      this.ids.push(...ids);
      return this.ids.length - 1;
    }
    if (typeof at !== 'number' || at > current) return 'refused';
    const repeated = ids.every((id, index) => this.ids[at + 1 + index] === id);
    return repeated ? at + ids.length : 'refused';
  }
}

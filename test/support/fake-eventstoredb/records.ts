import { type ExpectedRevision } from '../../../application/ports/event-store/event-store.ts';
import { ModelStream } from '../../contract/event-store/model.ts';

export interface Proposed {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export interface FakeRecord extends Proposed {
  readonly stream: string;
  readonly revision: number;
  readonly position: bigint;
  readonly created: Date;
}

/** The history of the fake server, which outlives its restarts. */
export class Records {
  readonly all: FakeRecord[] = [];
  readonly #streams = new Map<string, ModelStream>();
  readonly #listeners = new Set<(record: FakeRecord) => void>();

  /** The revision of the last event of the append, or what the stream is at instead. */
  append(
    stream: string,
    events: readonly Proposed[],
    expected: ExpectedRevision,
  ): { readonly revision: number } | { readonly actual: number | 'no_stream' } {
    const model = this.#streams.get(stream) ?? new ModelStream();
    this.#streams.set(stream, model);
    const before = model.ids.length;
    const ids = events.map((event) => event.id);
    const revision = model.append(ids, expected);
    if (revision === 'refused') return { actual: before === 0 ? 'no_stream' : before - 1 };
    if (model.ids.length > before) events.forEach((event, index) => this.#add(stream, before + index, event));
    return { revision };
  }

  of(stream: string): readonly FakeRecord[] {
    return this.all.filter((record) => record.stream === stream);
  }

  onRecord(listener: (record: FakeRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #add(stream: string, revision: number, event: Proposed): void {
    const position = BigInt(this.all.length + 1) * 100n;
    const record = { ...event, stream, revision, position, created: new Date() };
    this.all.push(record);
    for (const listener of [...this.#listeners]) listener(record);
  }
}

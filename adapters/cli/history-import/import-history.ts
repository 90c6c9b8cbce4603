import { type DatabasePool } from 'slonik';
import { type Handlers } from '../../../application/commands/handlers.ts';
import { type BayPlan, type RejectedRow } from '../../../application/history-import/fact.ts';
import { type RecordedPast } from '../../../application/history-import/recorded-past.ts';
import { type FileStay, planStays } from '../../../application/history-import/stays.ts';
import { tellBay } from '../../../application/history-import/tell-bay.ts';
import { type FileTransition, planTransitions } from '../../../application/history-import/transitions.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { type Actor } from '../../../domain/event/metadata.ts';
import { addSeconds, type Instant } from '../../../domain/time/instant.ts';
import { type LocalClock } from '../../../domain/utilization/local-clock.ts';
import { WrongUse } from '../failure.ts';
import { countEventsSince } from '../verbs/count-events.ts';
import { type BayRows, type Bays, groupByBay } from './bays.ts';
import { type ColumnMapping, type HistoryKind, resolveColumns } from './columns.ts';
import { csvRows } from './csv-rows.ts';
import { findNamedSpaces, type NamedSpace } from './named-spaces.ts';
import { type FileRow, type ReadRow, readStay, readTransition, type RowReading } from './read-row.ts';
import { registerBay } from './register-bay.ts';
import { RejectsFile } from './rejected-rows.ts';

export interface HistoryImportOptions {
  readonly kind: HistoryKind;
  readonly file: string;
  readonly tenantId: string;
  readonly columns: ColumnMapping;
  /** For times without an offset; null: those are refused. */
  readonly clock: LocalClock | null;
  /** Who says so: in the metadata of each event. */
  readonly source: string;
  /** Spaces are looked for in this site only; null: in all of the tenant. */
  readonly siteId: string | null;
  /** Where spaces are made that are not there; absent: nowhere. Asked once the file is known to be one. */
  readonly register?: () => Promise<HistoryPlace>;
  readonly dryRun?: boolean;
  readonly handlers: Handlers;
  readonly store: EventStore;
  /** Of the read models, which must be up to date. */
  readonly read: DatabasePool;
  readonly now: () => Instant;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface HistoryPlace {
  readonly siteId: string;
  readonly zoneId?: string;
}

export interface HistoryImportReport {
  readonly rows: number;
  /** Rows that are told, or were on record. */
  readonly accepted: number;
  /** Rows that say word for word what another row says. */
  readonly repeats: number;
  readonly rejected: number;
  /** Null: there is none, since nothing was rejected. */
  readonly rejected_file: string | null;
  /** The first of them. */
  readonly mistakes: readonly RejectedRow[];
  readonly spaces: number;
  readonly spaces_registered: number;
  /** Arrivals and departures, or transitions, that were not on record; for a dry run those that would be told. */
  readonly facts_told: number;
  readonly facts_known: number;
  /** Null for a dry run. */
  readonly domain_events_added: number | null;
  readonly seconds: number;
  readonly rows_per_second: number;
}

/** A clock elsewhere may be a little ahead of ours. */
const AHEAD_S = 120;
const MISTAKES_SHOWN = 20;
/** Enough to fill the appends of a group commit; bays know nothing of each other. */
const SIDE_BY_SIDE = 64;

/** Historic facts of a file, with their own times. Throws WrongUse for a file without the columns that are needed. */
export async function importHistory(options: HistoryImportOptions): Promise<HistoryImportReport> {
  return options.kind === 'sessions'
    ? importRows<FileStay>(options, {
        read: readStay,
        plan: planStays,
        beginning: ({ start }) => start,
        facts: 2,
      })
    : importRows<FileTransition>(options, {
        read: readTransition,
        plan: planTransitions,
        beginning: ({ at }) => at,
        facts: 1,
      });
}

interface Row {
  readonly line: number;
}

/** What differs between the kinds of files. */
interface Kind<R extends Row> {
  readonly read: (row: FileRow, reading: RowReading) => ReadRow<R>;
  readonly plan: (rows: readonly R[], recorded: RecordedPast) => BayPlan;
  readonly beginning: (row: R) => Instant;
  /** At most, of a row. */
  readonly facts: number;
}

async function importRows<R extends Row>(
  options: HistoryImportOptions,
  kind: Kind<R>,
): Promise<HistoryImportReport> {
  const { dryRun = false, file, source, store, tenantId } = options;
  const began = performance.now();
  const before = await store.head('domain');
  const bays = await readBays(options, kind);
  const rejects = await RejectsFile.besides(file);
  const rejected = new Map(bays.rejected.map((row) => [row.line, row]));
  const counts = await tellAll(options, kind, bays, rejected);
  await rejects.write(file, rejected);
  const seconds = (performance.now() - began) / 1000;
  const isOurs = ({ type, id }: Actor): boolean => type === 'import' && id === source;
  const added = dryRun ? null : await countEventsSince(store, tenantId, before, isOurs);
  return {
    rows: bays.rows,
    accepted: bays.rows - rejected.size - counts.repeats,
    repeats: counts.repeats,
    rejected: rejected.size,
    rejected_file: rejected.size === 0 ? null : rejects.path,
    mistakes: [...rejected.values()].sort((a, b) => a.line - b.line).slice(0, MISTAKES_SHOWN),
    spaces: bays.bays.size,
    spaces_registered: counts.registered,
    facts_told: counts.told,
    facts_known: counts.known,
    domain_events_added: added,
    seconds: Math.round(seconds * 1000) / 1000,
    rows_per_second: Math.round(bays.rows / Math.max(seconds, 0.001)),
  };
}

async function readBays<R extends Row>(
  { clock, columns, file, kind, now }: HistoryImportOptions,
  { read }: Kind<R>,
): Promise<Bays<R>> {
  const rows = csvRows(file);
  const header = await rows.next();
  if (header.done === true) throw new WrongUse(`${file} is empty: expected a header and rows`);
  if (!header.value.ok) throw new WrongUse(`the header of ${file} is no CSV: ${header.value.detail}`);
  const { fields } = header.value;
  const reading = {
    columns: resolveColumns(kind, columns, fields),
    clock,
    latest: addSeconds(now(), AHEAD_S),
    width: fields.length,
  };
  return groupByBay(rows, reading, read);
}

interface Counts {
  told: number;
  known: number;
  repeats: number;
  registered: number;
}

async function tellAll<R extends Row>(
  options: HistoryImportOptions,
  kind: Kind<R>,
  { bays, rows }: Bays<R>,
  rejected: Map<number, RejectedRow>,
): Promise<Counts> {
  const { read, siteId, tenantId, onProgress } = options;
  const place = (await options.register?.()) ?? null;
  const names = [...bays.values()].map(({ space }) => space);
  const found = await findNamedSpaces(read, tenantId, siteId, names);
  const counts: Counts = { told: 0, known: 0, repeats: 0, registered: 0 };
  const total = rows * kind.facts;
  let done = 0;
  const waiting = bays.values();
  const worker = async (): Promise<void> => {
    for (const bay of waiting) {
      const told = await tellOne(options, kind, place, bay, found.get(bay.space.key) ?? [], () => {
        done += 1;
        onProgress?.(done, total);
      });
      for (const row of told.rejected) rejected.set(row.line, row);
      counts.told += told.told;
      counts.known += told.known;
      counts.repeats += told.repeats;
      if (told.registered) counts.registered += 1;
    }
  };
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, bays.size) }, worker));
  return counts;
}

async function tellOne<R extends Row>(
  options: HistoryImportOptions,
  { beginning, plan }: Kind<R>,
  place: HistoryPlace | null,
  bay: BayRows<R>,
  [space, other]: readonly NamedSpace[],
  onFact: () => void,
) {
  const { dryRun = false, handlers, source, tenantId } = options;
  const none = { told: 0, known: 0, repeats: 0, registered: false };
  const refuseAll = (code: string, detail: string) => ({
    ...none,
    rejected: bay.rows.map(({ line }): RejectedRow => ({ line, code, detail })),
  });
  const actor: Actor = { type: 'import', id: source };
  if (other !== undefined) return refuseAll('ambiguous-space', 'several sites have this code: give --site');
  let spaceId = space?.spaceId;
  if (spaceId === undefined) {
    if (place === null || bay.space.kind === 'id')
      return refuseAll('unknown-space', 'the tenant has no such space');
    const commissionedAt = bay.rows.map(beginning).reduce((a, b) => (a <= b ? a : b));
    const registered = await registerBay(handlers, {
      ...place,
      tenantId,
      code: bay.space.key,
      name: bay.space.name,
      commissionedAt,
      actor,
      dryRun,
    });
    if (!registered.ok) return refuseAll(registered.rejection.code, registered.rejection.detail);
    spaceId = registered.spaceId;
  }
  const told = await tellBay(handlers, { tenantId, spaceId, actor }, (recorded) => plan(bay.rows, recorded), {
    dryRun,
    onFact,
  });
  return { ...told, registered: space === undefined };
}

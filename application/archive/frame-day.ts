import { type Instant, instantOf } from '../../domain/time/instant.ts';
import { parseStreamName, streamName, type StreamName } from '../ports/event-store/stream-name.ts';

const DAY_MS = 86_400_000;
const DIGITS = /^(\d{4})(\d{2})(\d{2})$/;

/** One tenant's frames of one UTC day of receipt: one stream, and the unit of retention. */
export interface FrameDay {
  readonly tenantId: string;
  readonly stream: StreamName;
  /** The day is [from, to). */
  readonly from: Instant;
  readonly to: Instant;
}

/** The tenant's id with or without dashes; `epochMs` is any instant of the day. */
export function frameDay(tenant: string, epochMs: number): FrameDay {
  const tenantId = tenant.includes('-') ? tenant : dashed(tenant);
  const from = Math.floor(epochMs / DAY_MS) * DAY_MS;
  const start = instantOf(from);
  const stream = streamName('frames', tenantId, start.slice(0, 10).replaceAll('-', ''));
  return { tenantId, stream, from: start, to: instantOf(from + DAY_MS) };
}

/** The day of a stream; null for a stream that holds no frames of a day. */
export function frameDayOf(stream: StreamName): FrameDay | null {
  const parts = parseStreamName(stream);
  const [, year, month, day] = parts?.category === 'frames' ? (DIGITS.exec(parts.id) ?? []) : [];
  if (parts === null || year === undefined) return null;
  const from = Date.parse(`${year}-${month}-${day}T00:00:00.000Z`);
  return Number.isNaN(from) ? null : frameDay(parts.tenant, from);
}

/** `yyyymm`: which of a tenant's archive streams tells of the day. */
export function archiveMonth({ from }: Pick<FrameDay, 'from'>): string {
  return from.slice(0, 7).replace('-', '');
}

/** Where the files of a day are in the archive, without what tells one from the other. */
export function archivePath({ from, stream }: Pick<FrameDay, 'from' | 'stream'>): string {
  const tenant = parseStreamName(stream)?.tenant ?? '';
  return `${tenant}/${from.slice(0, 4)}/${from.slice(5, 7)}/${stream}`;
}

/** The name of a manifest follows from its event: its day and its hash. */
export function manifestName(day: Pick<FrameDay, 'from' | 'stream'>, sha256: string): string {
  return `${archivePath(day)}-${sha256}.manifest.json`;
}

export function daysBetween(fromMs: number, toMs: number): number[] {
  const first = Math.floor(fromMs / DAY_MS);
  const last = Math.floor(toMs / DAY_MS);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => (first + n) * DAY_MS);
}

function dashed(tenant: string): string {
  return tenant.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

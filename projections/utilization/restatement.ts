import { epochSecond } from '../../domain/time/instant.ts';
import { correctionOf, type ToldInterval, type ToldStay } from '../history/correction.ts';
import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type OccupancyValue } from '../../domain/space/events.ts';
import { type Stay } from '../../domain/utilization/measure.ts';
import { clip, type Span } from '../../domain/utilization/spans.ts';

/** A value in [from, to), in epoch seconds. */
export interface ValueSpan {
  readonly from: number;
  readonly to: number;
  readonly value: OccupancyValue;
}

export type KnownStay = Stay & { readonly id: string };

/** A correction of the past as utilization sees it: whole epoch seconds, and stays in full. */
export interface Restatement {
  readonly from: number;
  readonly to: number;
  /** What was told of [from, to), and what is told by now. Each covers it exactly. */
  readonly before: readonly ValueSpan[];
  readonly after: readonly ValueSpan[];
  readonly staysBefore: readonly KnownStay[];
  readonly staysAfter: readonly KnownStay[];
}

/** A stretch of time whose buckets an event changes; both ends belong to it. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * What has to be counted again: the range itself, and wherever a stay that changed began or ended, since its whole
 * length counts where it ends.
 */
export function restatedStretches({ from, to, staysBefore, staysAfter }: Restatement): Stretch[] {
  const instants = [...staysBefore, ...staysAfter].flatMap(({ start, end }) =>
    end === null ? [start] : [start, end],
  );
  return [{ from, to }, ...instants.map((at) => ({ from: at, to: at }))];
}

/** The part of a restatement that lies in the existence of the space. */
export function withinExistence(restatement: Restatement, exists: Span): Restatement {
  const { from, to, before, after } = restatement;
  const part = clip({ from, to }, { lo: exists.from, hi: exists.to ?? Infinity });
  const { lo, hi } = part ?? { lo: from, hi: from };
  const cut = (spans: readonly ValueSpan[]): ValueSpan[] =>
    spans.flatMap((span) => {
      const clipped = clip(span, { lo, hi });
      return clipped === null ? [] : [{ ...span, from: clipped.lo, to: clipped.hi }];
    });
  return { ...restatement, from: lo, to: hi, before: cut(before), after: cut(after) };
}

/** Null for events that correct nothing. */
export function restatementOf(event: ProjectedEvent): Restatement | null {
  if (event.type !== 'OccupancyHistoryCorrected') return null;
  const { from, to, before, after, staysBefore, staysAfter } = correctionOf(event);
  return {
    from: epochSecond(from),
    to: epochSecond(to),
    before: before.flatMap(inSeconds),
    after: after.flatMap(inSeconds),
    staysBefore: staysBefore.map(knownStay),
    staysAfter: staysAfter.map(knownStay),
  };
}

/** An interval of no whole second vanishes. */
function inSeconds({ value, since, until }: ToldInterval): ValueSpan[] {
  const span = { from: epochSecond(since), to: epochSecond(until), value };
  return span.from < span.to ? [span] : [];
}

function knownStay({ sessionId, start, end, uncertaintyS }: ToldStay): KnownStay {
  return {
    id: sessionId,
    start: epochSecond(start),
    end: end === null ? null : epochSecond(end),
    uncertaintyS,
    departed: true,
  };
}

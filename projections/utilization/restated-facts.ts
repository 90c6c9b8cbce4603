import { type UtilizationFacts } from './facts.ts';
import { type Restatement } from './restatement.ts';

type Entry = UtilizationFacts['occupancy'][number];

/** The facts, had they been told right from the beginning. What lies before the oldest fact is not among them. */
export function restatedFacts(facts: UtilizationFacts, restatement: Restatement): UtilizationFacts {
  const { staysBefore, staysAfter } = restatement;
  const changed = new Set([...staysBefore, ...staysAfter].map(({ id }) => id));
  const stays = [...facts.stays.filter(({ id }) => !changed.has(id)), ...staysAfter];
  return {
    ...facts,
    occupancy: restatedOccupancy(facts.occupancy, restatement),
    stays: stays.sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1)),
  };
}

function restatedOccupancy(entries: readonly Entry[], { from, to, after }: Restatement): readonly Entry[] {
  const oldest = entries[0];
  if (oldest === undefined || to <= oldest.from || from >= to) return entries;
  const inForce = entries.findLast((entry) => entry.from <= to) ?? oldest;
  const pieces = [
    ...entries.filter((entry) => entry.from < from),
    ...after.map(({ from: since, value }) => ({ from: since, value })),
    { from: to, value: inForce.value },
    ...entries.filter((entry) => entry.from > to),
  ];
  // An entry holds until the next: the same value again adds nothing.
  return pieces.filter((piece, index) => piece.value !== pieces[index - 1]?.value);
}

import { describe } from 'vitest';
import { concurrencyCases } from './concurrency-cases.ts';
import { expectationCases } from './expectation-cases.ts';
import { fidelityCases } from './fidelity-cases.ts';
import { useStore, type StoreFactory } from './harness.ts';
import { lifecycleCases } from './lifecycle-cases.ts';
import { markCases } from './mark-cases.ts';
import { modelCases } from './model-cases.ts';
import { outcomeCases } from './outcome-cases.ts';
import { readingAllCases } from './reading-all-cases.ts';
import { readingCases } from './reading-cases.ts';
import { refusalCases } from './refusal-cases.ts';
import { repeatCases } from './repeat-cases.ts';
import { retentionCases } from './retention-cases.ts';
import { subscriptionCases } from './subscription-cases.ts';

export { type StoreFactory, type StoreUnderTest } from './harness.ts';

/**
 * The contract of the event store port: whoever implements it runs all of this.
 *
 *     describeEventStore('memory', async () => ({ open, close }));
 *
 * The store may be old and may be in use by others: cases write to streams of their own and look at nothing else.
 */
export function describeEventStore(name: string, factory: StoreFactory): void {
  describe(`event store: ${name}`, () => {
    const harness = useStore(factory);
    expectationCases(harness);
    repeatCases(harness);
    refusalCases(harness);
    fidelityCases(harness);
    outcomeCases(harness);
    readingCases(harness);
    readingAllCases(harness);
    subscriptionCases(harness);
    markCases(harness);
    retentionCases(harness);
    concurrencyCases(harness);
    modelCases(harness);
    lifecycleCases(harness);
  });
}

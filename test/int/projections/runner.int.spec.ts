import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spacesCurrentProjection } from '../../../projections/spaces-current/projection.ts';
import { append, dump, type Fixture, openFixture, openStore, startRunner, untilApplied } from './fixture.ts';
import { announced, occupancy, registered, sampleSpace } from './samples.ts';

describe('projection runner', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture();
  });
  afterAll(() => fixture.close());

  it('applies history, then what comes in', async () => {
    const store = openStore();
    const space = sampleSpace();
    await append(store, space.stream, registered(space), announced('FREE', '06:00'));
    const projections = [spacesCurrentProjection];
    const running = startRunner(fixture, store, projections);
    await untilApplied(fixture, store, projections);
    await append(store, space.stream, occupancy('OCCUPIED', '07:00'), announced('OCCUPIED', '07:00'));
    await untilApplied(fixture, store, projections);
    await running.stop();
    const [line] = await dump(fixture.pool, projections);
    expect(line).toContain('OCCUPIED');
    expect(running.problems).toEqual([]);
  });
});

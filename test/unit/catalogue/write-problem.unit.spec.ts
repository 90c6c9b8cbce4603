import { describe, expect, it } from 'vitest';
import { writeProblem } from '../../../domain/catalogue/write-problem.ts';

describe('what may be written', () => {
  it('fits its schema', () => {
    expect(writeProblem('SiteRegistered', { name: 'Harbour', time_zone: 'UTC' })).toBeNull();
    expect(writeProblem('SiteRegistered', { name: 'Harbour' })).toMatch(/does not fit its schema/);
    expect(writeProblem('SiteSold', {})).toMatch(/not in the event catalogue/);
  });

  it('is in its stored form already', () => {
    expect(writeProblem('SiteRegistered', { name: ' Harbour', time_zone: 'UTC' })).toMatch(/stored form/);
    const space_id = '00000000-0000-4000-8000-000000000001';
    expect(writeProblem('SpaceCodeClaimed', { code: 'a-01', space_id })).toMatch(/stored form/);
  });

  it('has a canonical form', () => {
    expect(writeProblem('SiteRegistered', { name: 'Harbour', time_zone: 'U\ud800' })).toMatch(/canonical/);
  });
});

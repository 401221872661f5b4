import { endOfLifeOn } from './end-of-life.js';

const PHASES = [
  { phase: 'supported' as const, until: '2026-07-11' },
  { phase: 'lts' as const, until: '2028-06-30' },
];

describe('endOfLifeOn', () => {
  it('counts the last day as a day of the phase', () => {
    expect(endOfLifeOn(new Date('2026-07-11T23:59:59Z'), PHASES)).toMatchObject({
      phase: 'supported',
      daysLeft: 0,
    });
    expect(endOfLifeOn(new Date('2026-07-12T00:00:00Z'), PHASES)).toMatchObject({
      phase: 'lts',
      until: '2028-06-30',
    });
  });

  it('says when all phases are over', () => {
    const view = endOfLifeOn(new Date('2030-01-01T00:00:00Z'), PHASES);
    expect(view.phase).toBe('ended');
    expect(view.phases.every(({ over }) => over)).toBe(true);
    expect(view.daysLeft).toBeUndefined();
  });
});

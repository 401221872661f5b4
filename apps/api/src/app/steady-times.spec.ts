import { setTimeout as sleep } from 'node:timers/promises';
import { shiftedClock } from '../testing/shifted-clock.js';
import { SteadyTimes } from './steady-times.js';

const HOUR_MS = 3600_000;

describe('times of rows', () => {
  afterEach(() => {
    shiftedClock.restore();
  });

  it.each([HOUR_MS, -HOUR_MS])(
    'do not move when the clock is set by %d ms, and go on running',
    async (jump) => {
      shiftedClock.start();
      const times = new SteadyTimes();
      const time = new Date(Date.now() + 1000);
      expect(times.until(1, time)).toBeGreaterThan(900);
      shiftedClock.jump(jump);
      expect(times.until(1, time)).toBeGreaterThan(800);
      expect(times.until(1, time)).toBeLessThanOrEqual(1000);
      await sleep(50);
      expect(times.until(1, time)).toBeLessThanOrEqual(960);
      times.forget(1);
      expect(times.until(1, time) < -HOUR_MS / 2).toBe(jump > 0);
    },
  );
});

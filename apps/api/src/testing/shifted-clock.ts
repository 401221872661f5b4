import { jest } from '@jest/globals';

/** Everything that jest could fake but Date. */
const REAL = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;

let offset = 0;
let began = { wall: 0, steady: 0 };
let ticker: NodeJS.Timeout | undefined;

/** A wall clock that runs on and can be set, as an operator or NTP does; timers and the monotonic clock stay real. */
export const shiftedClock = {
  start(): void {
    began = { wall: Date.now(), steady: performance.now() };
    offset = 0;
    jest.useFakeTimers({ doNotFake: [...REAL], now: began.wall });
    ticker = setInterval(tick, 10);
  },

  /** @param ms negative: back. */
  jump(ms: number): void {
    offset += ms;
    tick();
  },

  restore(): void {
    clearInterval(ticker);
    jest.useRealTimers();
  },
};

function tick(): void {
  jest.setSystemTime(began.wall + performance.now() - began.steady + offset);
}

import 'reflect-metadata';
import { jest } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { Logger } from 'nestjs-pino';

/** An application that never closes, and a queue that never drains. */
async function hangingApp(words: string[]): Promise<INestApplication> {
  const { BuildQueue } = await import('./builder/index.js');
  const { Lifecycle } = await import('./health/index.js');
  const never = () => new Promise<never>(() => undefined);
  const parts = new Map<unknown, unknown>([
    [Logger, { error: (text: string) => words.push(text), log: (text: string) => words.push(text) }],
    [BuildQueue, { runningIds: [], drain: never }],
    [Lifecycle, { stopping: false }],
  ]);
  return { get: (token: unknown) => parts.get(token), close: never } as unknown as INestApplication;
}

describe('a shutdown that hangs', () => {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const before = new Map(signals.map((signal) => [signal, process.listeners(signal)]));
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
    for (const signal of signals) {
      const ours = process.listeners(signal).filter((listener) => !before.get(signal)?.includes(listener));
      for (const listener of ours) process.off(signal, listener);
    }
  });

  it('is left after 20 s with status 1 and a word about it, and not before', async () => {
    const words: string[] = [];
    const exit = jest.spyOn(process, 'exit').mockImplementation((() => undefined) as () => never);
    // Imported here: the modules read the environment as they load.
    process.env['HTTP_PASSWORD'] = 'of no use here';
    const { endOnSignals } = await import('./shutdown.js');
    const app = await hangingApp(words);
    // Not this process, whatever its threads are at.
    jest.spyOn(process, 'getActiveResourcesInfo').mockReturnValue([]);
    jest.useFakeTimers();
    endOnSignals(app, () => words.push('released'));
    process.emit('SIGTERM', 'SIGTERM');
    await jest.advanceTimersByTimeAsync(19_999);
    // A service manager that asks twice changes nothing, nor does a terminal that is closed.
    process.emit('SIGTERM', 'SIGTERM');
    process.emit('SIGHUP', 'SIGHUP');
    expect(exit).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(exit.mock.calls).toEqual([[1]]);
    expect(words).toEqual(['the shutdown hangs; leaving']);
  });
});

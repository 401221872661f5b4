import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

describe('the log file', () => {
  const before = { path: process.env['LOG_FILE_PATH'], level: process.env['LOG_LEVEL'] };
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'image-manager-log-'));
    process.env['LOG_FILE_PATH'] = join(folder, 'app.log');
    process.env['LOG_LEVEL'] = 'info';
  });
  afterEach(() => {
    process.env['LOG_FILE_PATH'] = before.path ?? '';
    process.env['LOG_LEVEL'] = before.level ?? '';
    rmSync(folder, { recursive: true });
  });

  it('says nothing about itself when a start fails before it is open', async () => {
    process.env['HTTP_PASSWORD'] ??= 'for the tests';
    // Imported late: what it imports reads the environment as it loads.
    const { loggerOptions } = await import('./logger.js');
    const known = process.listeners('exit');
    await loggerOptions();
    const [atExit] = process.listeners('exit').filter((listener) => !known.includes(listener));
    expect(atExit).toBeDefined();
    expect(() => atExit?.(1)).not.toThrow();
    while (readdirSync(folder).length === 0) await sleep(5);
  });
});

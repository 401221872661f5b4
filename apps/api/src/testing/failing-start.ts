import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { resolve } from 'node:path';

const MAIN = resolve(import.meta.dirname, '../../../../dist/apps/api/main.js');

/** Starts the built API, which is expected not to come up, and waits for its end; one that hangs is killed. */
export function failingStart(environment: Record<string, string>): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [MAIN], {
    encoding: 'utf8',
    timeout: 50_000,
    killSignal: 'SIGKILL',
    env: { ...process.env, HTTP_PASSWORD: 'correct horse', LOG_LEVEL: 'silent', ...environment },
  });
}

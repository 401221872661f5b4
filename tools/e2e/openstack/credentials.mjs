import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../scenarios.mjs';

export const WRONG_PASSWORD =
  'a wrong password is named with Keystone’s words, the product serves all the same, and recovers';

export const wrongPassword = {
  name: WRONG_PASSWORD,
  async run({ sandbox }) {
    sandbox.configure({ password: 'wrong' });
    try {
      await sandbox.startServer();
      const [cloud] = await sandbox.api.clouds();
      assert.equal(cloud.reachable, false);
      assert.equal(cloud.problem.code, 'UNAUTHORIZED');
      assert.match(cloud.problem.message, /requires authentication.*\(request req-/);
      assert.match(cloud.problem.advice, /auth\.username.*auth\.password.*clouds\.yaml/);
      const text = await waitUntil(
        'the log',
        () => {
          const log = readLog(sandbox.folder);
          return log.includes('cannot be used') && log;
        },
        { timeoutMs: 10_000 },
      );
      assert.match(text, /auth\.password[^"]* of cloud aio/);
      return cloud.problem.message;
    } finally {
      await sandbox.restartWith();
      const [healed] = await sandbox.api.clouds();
      assert.equal(healed.reachable, true, JSON.stringify(healed.problem));
      assert.ok(healed.quota.some(({ resource }) => resource === 'servers'));
    }
  },
};

/** The log rotates: its files are numbered. */
function readLog(folder) {
  return readdirSync(folder)
    .filter((name) => /^app.*\.log$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
}

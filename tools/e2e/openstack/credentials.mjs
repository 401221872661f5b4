import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../scenarios.mjs';

export const wrongPassword = {
  name: 'a wrong password is named with Keystone’s words, the product serves all the same, and recovers',
  async run({ sandbox }) {
    sandbox.configure({ password: 'wrong' });
    await sandbox.startServer();
    const [cloud] = await sandbox.api.clouds();
    assert.equal(cloud.reachable, false);
    assert.equal(cloud.problem.code, 'UNAUTHORIZED');
    assert.match(cloud.problem.message, /requires authentication.*\(request req-/);
    assert.match(cloud.problem.advice, /auth\.username.*auth\.password.*clouds\.yaml/);
    const log = await waitUntil(
      'the log',
      () => {
        const text = readFileSync(join(sandbox.folder, 'app.log'), 'utf8');
        return text.includes('cannot be used') && text;
      },
      { timeoutMs: 10_000 },
    );
    assert.match(log, /auth\.password of cloud aio/);
    await sandbox.restartWith();
    const [healed] = await sandbox.api.clouds();
    assert.equal(healed.reachable, true, JSON.stringify(healed.problem));
    assert.ok(healed.quota.some(({ resource }) => resource === 'servers'));
    return cloud.problem.message;
  },
};

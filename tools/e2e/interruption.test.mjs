import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../bootstrap/workspace.mjs';

const GUARD = join(ROOT, 'tools/bootstrap/node-guard.mjs');
const ENTRY = `import { run } from '${GUARD}'; run('../e2e/fixtures/three-scenarios.mjs');`;

for (const [name, status] of /** @type {const} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])) {
  test(`${name} ends the scenario under way, starts no other, and the command removes what it made`, async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', ENTRY]);
    let output = '';
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (complaint += text));
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
      if (text.includes('waiting')) child.kill(name);
    });
    const [code] = await once(child, 'close');
    assert.equal(code, status, complaint);
    const lines = output.replaceAll(/ \(.*?\)/g, '').trimEnd();
    assert.deepEqual(lines.split('\n'), [
      'ok    first: done',
      'waiting',
      `${name}: stopping, and removing what was made`,
      'put back',
      'removed',
    ]);
    assert.equal(complaint, `Stopped by ${name}. What it had made is removed.\n`);
  });
}

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from './workspace.mjs';

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const COMMAND = `process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000); console.log('ready');`;

// npm passes a signal on to its shell alone, which would end by it and leave the command running.
test('SIGTERM to npm reaches each of our commands', async () => {
  const commands = Object.entries(scripts).filter(([, script]) => script.includes('node tools/'));
  assert.ok(commands.length > 10);
  const folder = mkdtempSync(join(tmpdir(), 'npm-scripts-'));
  try {
    writeFileSync(join(folder, 'command.mjs'), COMMAND);
    for (const [name, script] of commands) {
      assert.match(script, /^exec node tools\/bootstrap\/[\w-]+\.mjs$/, name);
    }
    const like = scripts.start.replace('tools/bootstrap/start.mjs', 'command.mjs');
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { start: like } }));
    const npm = spawn('npm', ['start', '--silent'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    npm.stdout.on('data', () => npm.kill('SIGTERM'));
    const [status] = await once(npm, 'close');
    assert.equal(status, 7);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTerminalScreen } from './terminal-screen.mjs';

describe('the terminal screen', () => {
  it('keeps the stage list below the log and lets no output steer the terminal', () => {
    let written = '';
    const screen = createTerminalScreen({ columns: 60, write: (text) => (written += text) });
    screen.build({
      stages: [{ stage: 'build', cloud: '', status: 'running', startedAt: new Date().toISOString() }],
    });
    screen.line({ text: 'a\u001b[2Jb\u0007c' });
    screen.stage({ stage: 'build', cloud: '', status: 'running', progress: 0.5, activity: 'install.d' });
    screen.close();
    assert.match(written, /abc|ab c/);
    assert.ok(!written.includes('\u001b[2J'));
    assert.match(written, /▶ build .* 50 % install\.d/);
    assert.ok(written.indexOf('install.d') > written.indexOf('ab'));
  });
});

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const LEAVE = pathToFileURL(join(import.meta.dirname, '../../../../dist/apps/api/app/leave.js')).href;

describe('leaving the process', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'image-manager-leave-'));
    execFileSync('mkfifo', [join(folder, 'fifo')]);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (before: string, status: number) =>
    spawnSync(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `import { readFile, writeFile } from 'node:fs/promises';
         import { writeSync } from 'node:fs';
         import { leave } from ${JSON.stringify(LEAVE)};
         process.on('exit', (status) => writeSync(1, 'exit ' + status));
         ${before}
         await leave(${status});`,
      ],
      { cwd: folder, encoding: 'utf8', timeout: 30_000, killSignal: 'SIGKILL' },
    );

  it.each([0, 1, 130])('keeps status %d and the exit listeners though a file never answers', (status) => {
    const { status: got, signal, stdout, stderr } = run("void readFile('fifo');", status);
    expect({ got, signal, stdout, stderr }).toEqual({
      got: status,
      signal: null,
      stdout: `exit ${status}`,
      stderr: '',
    });
  });

  it('lets a write that is under way come to its end', () => {
    expect(run("void writeFile('written', 'x'.repeat(2 ** 20));", 0).status).toBe(0);
    expect(readFileSync(join(folder, 'written')).length).toBe(2 ** 20);
  });
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAsRoot } from './run-command.js';
import { SpaceWatch } from './space-watch.js';

const MIB = 1024 ** 2;

describe('SpaceWatch', () => {
  let work: string;
  let memory: string;
  beforeEach(async () => {
    work = await mkdtemp(join(tmpdir(), 'space-'));
    memory = join(work, 'tmp', 'dib_build.12345678');
    await mkdir(memory, { recursive: true });
    const { code, stderr } = await runAsRoot('mount', [
      '-t',
      'tmpfs',
      '-o',
      'size=4m,mode=777',
      'tmpfs',
      memory,
    ]);
    if (code !== 0) throw new Error(stderr);
  });
  afterEach(async () => {
    await runAsRoot('umount', [memory]);
    await rm(work, { recursive: true });
  });

  it('remembers the file system that was fullest when it is empty and unmounted again', async () => {
    const watch = new SpaceWatch(work);
    expect(watch.fullest()).toBeUndefined();
    await writeFile(join(memory, 'filling'), Buffer.alloc(4 * MIB)).catch(() => undefined);
    await watch.look();
    await rm(join(memory, 'filling'), { force: true });
    await watch.look();
    await runAsRoot('umount', [memory]);
    await watch.look();
    expect(watch.fullest()).toEqual({ kind: 'memory', path: memory, sizeBytes: 4 * MIB, freeBytes: 0 });
  });

  it('does not take a large disk for the fullest because a smaller share of it is free', async () => {
    const watch = new SpaceWatch(work);
    await watch.look();
    expect(watch.fullest()).toMatchObject({ kind: 'memory', freeBytes: 4 * MIB });
  });
});

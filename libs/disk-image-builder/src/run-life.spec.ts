import { access, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WORK_DIRECTORY_VARIABLE } from './dib-environment.js';
import { isRunning, readOutcome } from './outcome.js';
import { findProcess, findProcessesOf } from './process-table.js';
import { startDib } from './start-dib.js';
import { stopDib } from './stop-dib.js';
import { sweepDib } from './sweep-dib.js';
import { exampleSpec } from './testing/definition.js';
import { installFakeDib, type FakeDib } from './testing/fake-dib.js';
import { spoolPath } from './work-files.js';

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('it never came');
    await sleep(25);
  }
}

const processesOf = (directory: string) =>
  findProcessesOf(directory, `${WORK_DIRECTORY_VARIABLE}=${directory}`);

describe('isRunning', () => {
  it('does not take another process with its pid for it', () => {
    expect(isRunning({ pid: process.pid, startTime: '1' })).toBe(false);
    expect(isRunning({ pid: process.pid, startTime: findProcess(process.pid)?.startTime ?? '' })).toBe(true);
  });
});

describe('a run of disk-image-create', () => {
  let fake: FakeDib;
  let work: string;
  const install = async (script: string) => {
    fake = await installFakeDib(script);
    work = await fake.workDirectory('7');
  };
  const start = () => startDib(exampleSpec({ workDirectory: work }));
  afterEach(async () => {
    await sweepDib(work, { keep: [] });
    await fake.remove();
  });

  it('writes its output and how it ended, last words of its filter too', async () => {
    // As DIB does: a filter that is still writing when the script itself has ended.
    await install(
      'exec > >(while read -r line; do sleep 0.1; echo "$line"; done); echo one; echo last; exit 3',
    );
    const handle = await start();
    expect(isRunning(handle)).toBe(true);
    await until(async () => (await readOutcome(work)) !== undefined);
    expect(await readOutcome(work)).toEqual({ exitCode: 3, signal: null });
    expect(await readFile(spoolPath(work), 'utf8')).toBe('one\nlast\n');
    await until(() => !isRunning(handle));
  });

  it('is stopped with children that left its group and session, and tells by which signal', async () => {
    await install(
      'setsid sleep 600 & (trap "" TERM; while :; do sleep 0.1; done) & touch "$OUT.up"; sleep 600',
    );
    const handle = await start();
    await until(() => exists(join(work, 'image.up')));
    expect(processesOf(work).length).toBeGreaterThanOrEqual(4);
    await stopDib(handle);
    expect(processesOf(work)).toEqual([]);
    expect(isRunning(handle)).toBe(false);
  });

  it('leaves how it ended when it obeys the signal', async () => {
    await install('touch "$OUT.up"; sleep 600');
    const handle = await start();
    await until(() => exists(join(work, 'image.up')));
    await stopDib(handle);
    expect(await readOutcome(work)).toEqual({ exitCode: null, signal: 'SIGTERM' });
  });

  it('is swept of processes and files but for the artifact, however often', async () => {
    await install('echo q > "$OUT.qcow2"; setsid sleep 600 & sleep 0.3; touch "$OUT.up"; exec sleep 600');
    await start();
    await until(() => exists(join(work, 'image.up')));
    const report = await sweepDib(work);
    expect(report).toMatchObject({ directoryRemoved: false, problems: [] });
    expect(report.processesKilled).toBeGreaterThanOrEqual(3);
    expect(await readFile(join(work, 'image.qcow2'), 'utf8')).toBe('q\n');
    expect(await exists(spoolPath(work))).toBe(false);
    expect(await sweepDib(work, { keep: [] })).toMatchObject({ processesKilled: 0, directoryRemoved: true });
    expect(await sweepDib(work)).toMatchObject({ directoryRemoved: true, problems: [] });
  });

  it('sweeps through no link out of the work directory', async () => {
    await install('exit 0');
    const outside = join(fake.directory, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'kept'), '');
    await symlink(outside, join(work, 'link'));
    await sweepDib(work, { keep: [] });
    expect(await exists(join(outside, 'kept'))).toBe(true);
  });

  it('removes a link in the place of the work directory, and nothing behind it', async () => {
    await install('exit 0');
    const place = join(fake.directory, 'build-7');
    const outside = join(fake.directory, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'kept'), '');
    await symlink(outside, place);
    expect(await sweepDib(place, { keep: [] })).toMatchObject({ directoryRemoved: true, problems: [] });
    expect(await exists(place)).toBe(false);
    expect(await exists(join(outside, 'kept'))).toBe(true);
    await writeFile(place, '');
    expect(await sweepDib(place, { keep: [] })).toMatchObject({ directoryRemoved: true, problems: [] });
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DibOutline } from './dib-outline.js';
import type { LogLine } from './life-cycle.js';
import type { LogPhase } from './rest-logs.js';

/** Real output of disk-image-create. */
function recorded(name: string): LogLine[] {
  const file = join(import.meta.dirname, '..', '..', 'disk-image-builder', 'fixtures', name);
  return readFileSync(file, 'utf8').trimEnd().split('\n').map(lineOf);
}

/** A line comes each second. */
function lineOf(text: string, index: number): LogLine {
  return { n: index + 1, at: 1_000 * index, stage: 'build', cloud: '', stream: 'stdout', text };
}

function outlineOf(lines: readonly LogLine[], known?: readonly LogPhase[]): LogPhase[] {
  const outline = new DibOutline(known);
  for (const line of lines) outline.read(line);
  return outline.phases;
}

const scriptOf = (phases: readonly LogPhase[], name: string) =>
  phases.flatMap(({ scripts }) => scripts).find((script) => script.name === name);
const unended = (phases: readonly LogPhase[]) =>
  phases
    .flatMap((phase) => [phase, ...phase.scripts])
    .filter(({ durationMs }) => durationMs === undefined)
    .map(({ name }) => name);

describe('DibOutline', () => {
  it('tells the phases of a build in order, where each begins, and that all have ended', () => {
    const phases = outlineOf(recorded('success-outline.log'));
    expect(phases.map(({ name, line, scripts }) => [name, line, scripts.length])).toEqual([
      ['root.d', 1, 8],
      ['extra-data.d', 19, 6],
      ['pre-install.d', 32, 6],
      ['install.d', 44, 10],
      ['post-install.d', 64, 8],
      ['block-device', 80, 0],
      ['finalise.d', 81, 5],
      ['cleanup.d', 90, 7],
      ['convert', 105, 0],
    ]);
    expect(unended(phases)).toEqual([]);
    expect(phases[0]).toMatchObject({ at: 0, durationMs: 18_000 });
  });

  it('begins a phase in the chroot, of which DIB does not say so, where it reads its environment', () => {
    const phases = outlineOf(recorded('script-failed.log'));
    expect(phases.find(({ name }) => name === 'pre-install.d')?.line).toBe(1200);
    expect(scriptOf(phases, '00-disable-apt-recommends')?.line).toBe(1280);
  });

  it('takes the time that DIB measured for each script, else that of its lines', () => {
    const phases = outlineOf(recorded('script-failed.log'));
    expect(scriptOf(phases, '08-debootstrap')).toEqual({
      name: '08-debootstrap',
      line: 97,
      at: 96_000,
      durationMs: 94_284,
    });
    // The phase broke off, and there is no profile of it.
    expect(scriptOf(phases, '01-copy-manifests-dir')?.durationMs).toBe(11_000);
  });

  it('sees that a script has ended whose last line has no line feed', () => {
    const told = recorded('script-failed.log').slice(0, 2280);
    expect(scriptOf(outlineOf(told), '99-write-dpkg-manifest')?.durationMs).toBe(1_000);
    const untold = outlineOf(recorded('success-outline.log').slice(0, 90));
    expect(scriptOf(untold, '99-write-dpkg-manifest')?.durationMs).toBe(1_000);
  });

  it('leaves open what was broken off: the script, and its phase; a phase alone where no script ran', () => {
    expect(unended(outlineOf(recorded('script-failed.log')))).toEqual([
      'cleanup.d',
      '96-image-manager-hygiene',
    ]);
    expect(unended(outlineOf(recorded('package-script-failed.log')))).toEqual([
      'root.d',
      '75-debian-minimal-baseinstall',
    ]);
    expect(unended(outlineOf(recorded('archive-unreachable.log')))).toEqual(['finalise.d', '50-bootloader']);
    expect(unended(outlineOf(recorded('mkfs-failed.log')))).toEqual(['block-device']);
  });

  it('goes on, wherever it stopped, as if it had not', () => {
    const lines = recorded('script-failed.log');
    const whole = outlineOf(lines);
    for (let end = 0; end <= lines.length; end += 97)
      expect(outlineOf(lines.slice(end), outlineOf(lines.slice(0, end)))).toEqual(whole);
  });

  it('begins anew where DIB was started again', () => {
    const lines = recorded('success-outline.log');
    const phases = outlineOf([...lines.slice(0, 5), ...lines].map(({ text }, index) => lineOf(text, index)));
    expect(phases.slice(0, 2).map(({ name, line, scripts }) => [name, line, scripts.length])).toEqual([
      ['root.d', 1, 2],
      ['root.d', 6, 8],
    ]);
  });

  it('reads nothing but the output of the build, and says when there is news', () => {
    const [, script] = recorded('success-outline.log');
    const outline = new DibOutline();
    expect(outline.read({ ...script!, stage: 'boot', stream: 'console' })).toBe(false);
    expect(outline.read({ ...script!, stream: 'manager' })).toBe(false);
    expect(outline.read({ ...script!, text: 'Running hooks in /etc/ca-certificates/update.d...' })).toBe(
      false,
    );
    expect(outline.phases).toEqual([]);
    expect(outline.read(script!)).toBe(true);
    const known = outline.phases;
    known[0]!.scripts.pop();
    expect(outline.phases[0]!.scripts).toHaveLength(1);
  });
});

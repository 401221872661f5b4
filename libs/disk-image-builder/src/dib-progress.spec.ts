import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DibProgress, type DibStep } from './dib-progress.js';

/** The lines of a successful build that begin or end something; what lay between them is left out. */
const RECORDED = readFileSync(
  join(import.meta.dirname, '..', 'fixtures', 'success-outline.log'),
  'utf8',
).split('\n');

const follow = (lines: readonly string[]): DibStep[] => {
  const progress = new DibProgress();
  return lines.map((line) => progress.feed(line)).filter((step) => step !== undefined);
};

describe('DibProgress', () => {
  it("goes through DIB's phases in order and ends at one", () => {
    const steps = follow(RECORDED);
    const phases = steps.map(({ phase }) => phase).filter((phase, index, all) => phase !== all[index - 1]);
    expect(phases).toEqual([
      'root.d',
      'extra-data.d',
      'pre-install.d',
      'install.d',
      'post-install.d',
      'block-device',
      'finalise.d',
      'cleanup.d',
      'convert',
    ]);
    expect(steps.at(-1)?.progress).toBe(1);
  });

  it('reads coloured output as well', () => {
    expect(follow(RECORDED.map((line) => `\u001b[2m${line}\u001b[0m`))).toEqual(follow(RECORDED));
  });

  it('leaves the bootstrap its share', () => {
    const at = (script: string) => follow(RECORDED).find((step) => step.script === script)?.progress ?? -1;
    expect(at('08-debootstrap')).toBeLessThan(0.05);
    expect(at('75-debian-minimal-baseinstall')).toBeGreaterThan(0.15);
  });

  it('never falls', () => {
    const values = follow(RECORDED).map(({ progress }) => progress);
    expect(values).toEqual([...values].sort((a, b) => a - b));
  });

  it('names the script that runs and what it is for', () => {
    expect(follow(RECORDED)).toContainEqual(
      expect.objectContaining({ script: '01-package-installs', activity: 'Installing packages' }),
    );
  });

  it('moves within a long script by its lines, and waits before the next one', () => {
    const apt = Array.from({ length: 5_000 }, (_, n) => `> Unpacking package${n} ...`);
    const steps = follow(['dib-run-parts Running /tmp/in_target.d/install.d/01-package-installs', ...apt]);
    expect(steps.length).toBeGreaterThan(20);
    const after = follow(['dib-run-parts Running /tmp/in_target.d/post-install.d/00-package-installs']);
    expect(steps.at(-1)?.progress).toBeLessThan(after[0]?.progress ?? 0);
  });

  it('says nothing when nothing changed', () => {
    expect(new DibProgress().feed('+ set -eu')).toBeUndefined();
  });
});

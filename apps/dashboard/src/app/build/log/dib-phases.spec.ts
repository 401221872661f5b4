import type { LogLine } from '@image-manager/contracts';
import { logLines } from '../../testing/fake-socket';
import { DibPhases } from './dib-phases';

const at = (n: number, text: string): LogLine => ({ ...logLines(n, n)[0]!, at: n * 1000, text });
const runs = (n: number, script: string) =>
  at(n, `dib-run-parts Running /tmp/in_target.d/install.d/${script}`);
const ends = (n: number, script: string) => at(n, `dib-run-parts ${script} completed`);
const words = (phases: DibPhases) =>
  phases
    .all()
    .flatMap(({ name, scripts }) => [
      name,
      ...scripts.map((one) => `${one.name} ${one.durationMs ?? 'runs'}`),
    ]);

describe('DibPhases', () => {
  it('goes on with new lines where what the server said ends', () => {
    const phases = new DibPhases();
    const known = { name: 'install.d', line: 3, at: 3000, scripts: [{ name: '01-a', line: 3, at: 3000 }] };
    phases.know([known], 4);
    phases.see([at(5, 'one of its words'), ends(6, '01-a'), runs(7, '02-b')]);
    expect(words(phases)).toEqual(['install.d', '01-a 3000', '02-b runs']);
  });

  it('keeps what came before the server had answered, and takes nothing twice', () => {
    const phases = new DibPhases();
    phases.see([runs(3, '01-a'), ends(4, '01-a')]);
    phases.see([runs(5, '02-b')]);
    expect(words(phases)).toEqual([]);
    const first = { name: '01-a', line: 3, at: 3000, durationMs: 1000 };
    const open = { name: 'install.d', line: 3, at: 3000, scripts: [first] };
    phases.know([open], 4);
    expect(words(phases)).toEqual(['install.d', '01-a 1000', '02-b runs']);
    phases.know([{ ...open, scripts: [first, { name: '02-b', line: 5, at: 5000 }] }], 6);
    expect(words(phases)).toEqual(['install.d', '01-a 1000', '02-b runs']);
  });

  it('is not another one after lines that say nothing of it', () => {
    const phases = new DibPhases();
    phases.know([], 0);
    phases.see([runs(1, '01-a')]);
    const before = phases.all();
    phases.see(logLines(2, 500));
    expect(phases.all()).toBe(before);
  });
});

import { Location } from '@angular/common';
import { TestBed } from '@angular/core/testing';
import type { BuildView, LogMarks, LogOutline } from '@image-manager/contracts';
import { logLines } from '../../testing/fake-socket';
import { failedBuild, summary } from '../../testing/fixtures';
import { Screen } from '../../testing/screen';

const BEGIN = Date.parse('2026-11-22T10:00:02Z');
const script = (name: string, line: number, second: number, seconds?: number) => ({
  name,
  line,
  at: BEGIN + second * 1000,
  ...(seconds === undefined ? {} : { durationMs: seconds * 1000 }),
});
const marks: LogMarks = {
  stages: [{ stage: 'build', cloud: '', line: 1 }],
  firstError: 905,
  total: 1000,
};
const parts: LogOutline = {
  phases: [
    {
      name: 'extra-data.d',
      line: 10,
      at: BEGIN,
      durationMs: 2000,
      scripts: [script('20-manifest-dir', 12, 0, 2)],
    },
    {
      name: 'install.d',
      line: 20,
      at: BEGIN + 2000,
      scripts: [script('01-package-installs', 21, 2, 70), script('70-collector', 900, 72)],
    },
  ],
  total: 1000,
};
const build: BuildView = {
  ...failedBuild,
  logLines: 1000,
  cause: { ...failedBuild.cause!, stage: 'build' },
  stages: [
    {
      stage: 'build',
      cloud: '',
      status: 'failed',
      startedAt: '2026-11-22T10:00:02Z',
      finishedAt: '2026-11-22T10:02:02Z',
      durationMs: 120_000,
    },
  ],
};

async function open(view: BuildView, known: LogMarks, told: LogOutline): Promise<Screen> {
  const screen = await Screen.open('/builds/41');
  screen.socket.open();
  await screen.answer('/api/builds/41', view);
  await screen.answer('/api/builds/41/log/marks', known);
  await toggle(screen);
  await screen.answer('/api/builds/41/log/outline', told);
  return screen;
}

async function toggle(screen: Screen): Promise<void> {
  const toggles = [...screen.element().querySelectorAll<HTMLElement>('im-log-tools button')];
  toggles.find(({ textContent }) => textContent.trim() === 'Outline')!.click();
  await screen.settle();
}

const outline = (screen: Screen) => screen.element().querySelector('im-log-outline')!;
const words = (screen: Screen) =>
  [...outline(screen).querySelectorAll('.row')].map((row) =>
    [...row.children]
      .map(({ textContent }) => textContent.trim())
      .filter((text) => text !== '')
      .join(' '),
  );
const link = (screen: Screen, name: string) =>
  [...outline(screen).querySelectorAll('a')].find(({ textContent }) => textContent.trim() === name)!;
const press = (target: Element, key: string) =>
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));

describe('Log outline', () => {
  beforeEach(() => {
    localStorage.clear();
  });

  it('says how long each part took and which script failed, and folds what took no time', async () => {
    const screen = await open(build, marks, parts);
    expect(words(screen)).toEqual([
      'Build Failed 2m',
      'extra-data.d 2s',
      'install.d 1m 58s',
      '01-package-installs 1m 10s',
      '70-collector Failed 48s',
    ]);
    await screen.press('Scripts of extra-data.d');
    expect(words(screen)).toContain('20-manifest-dir 2s');
    await screen.press('Hide all scripts');
    expect(words(screen)).toEqual(['Build Failed 2m', 'extra-data.d 2s', 'install.d Failed 1m 58s']);
  });

  it('leads to the first line of what is chosen, which stands in the address and in the link', async () => {
    const screen = await open(build, marks, parts);
    const target = link(screen, '01-package-installs');
    expect(target.getAttribute('href')).toBe('builds/41#L21');
    target.click();
    await screen.settle();
    await new Promise((settle) => setTimeout(settle, 250));
    expect(TestBed.inject(Location).path(true)).toBe('/builds/41#L21');
  });

  it('is gone through with the arrow keys, which fold and unfold, too', async () => {
    const screen = await open(build, marks, parts);
    const focus = () => document.activeElement?.textContent.trim();
    link(screen, 'Build').focus();
    press(document.activeElement!, 'ArrowDown');
    expect(focus()).toBe('extra-data.d');
    press(document.activeElement!, 'ArrowRight');
    await screen.settle();
    press(document.activeElement!, 'ArrowDown');
    expect(focus()).toBe('20-manifest-dir');
    press(document.activeElement!, 'End');
    expect(focus()).toBe('70-collector');
    press(document.activeElement!, 'Home');
    expect(focus()).toBe('Build');
  });

  it('grows with the lines of a build that runs', async () => {
    const running: BuildView = {
      ...summary,
      status: 'running',
      packages: [],
      dibArguments: [],
      definitionDigest: '',
      stages: [{ stage: 'build', cloud: '', status: 'running', startedAt: '2026-11-22T10:00:02Z' }],
      checks: [],
      images: [],
      logLines: 0,
      canCancel: true,
      canRetry: false,
      keepFailedServerMinutes: 0,
      canKeepServer: false,
      keptServers: [],
    };
    const screen = await open(running, { stages: [], total: 0 }, { phases: [], total: 0 });
    expect(outline(screen).textContent).toContain('Nothing has begun yet');
    const begins = (n: number, name: string) =>
      logLines(n, n, { text: `dib-run-parts Running /tmp/in_target.d/install.d/${name}` });
    screen.socket.serve('log', {
      buildId: 41,
      lines: [
        ...begins(1, '01-package-installs'),
        ...logLines(2, 2),
        ...logLines(3, 3, { text: 'dib-run-parts 01-package-installs completed', at: 1_795_000_012_000 }),
      ],
    });
    await screen.settle();
    screen.socket.serve('log', { buildId: 41, lines: begins(4, '70-collector') });
    await screen.settle();
    expect(words(screen).map((row) => row.replace(/ \d.*/, ''))).toEqual([
      'Build Running',
      'install.d',
      '01-package-installs',
      '70-collector Running',
    ]);
    expect(link(screen, '70-collector').getAttribute('aria-current')).toBe('location');
  });

  it('is shown again after it was chosen, and no more after it was put away', async () => {
    const screen = await open(build, marks, parts);
    expect(localStorage.getItem('image-manager.log.outline')).toBe('on');
    await toggle(screen);
    expect(screen.element().querySelector('im-log-outline')).toBeNull();
    expect(localStorage.getItem('image-manager.log.outline')).toBe('off');
  });
});

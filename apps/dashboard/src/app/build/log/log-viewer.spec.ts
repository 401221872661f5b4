import { Location } from '@angular/common';
import { TestBed } from '@angular/core/testing';
import type { LogSearchResult } from '@image-manager/contracts';
import { logLines } from '../../testing/fake-socket';
import { failedBuild } from '../../testing/fixtures';
import { Screen } from '../../testing/screen';

const long = { ...failedBuild, logLines: 12_000 };
const marks = {
  stages: [{ stage: 'build', cloud: '', line: 1 }],
  firstError: 7_443,
  total: 12_000,
};
const found: LogSearchResult = {
  total: 2,
  truncated: false,
  searchedTo: 12_000,
  matches: [
    { n: 40, ranges: [[0, 4]] },
    { n: 60, ranges: [[0, 4]] },
  ],
};

const pause = (ms: number) => new Promise((settle) => setTimeout(settle, ms));

/** jsdom lays nothing out: gives the log its heights. @returns what scrolls it by hand. */
function scrollable(screen: Screen, scrollHeight: number): (top: number) => Promise<void> {
  const scroller = screen.element().querySelector('.scroller')!;
  Object.defineProperties(scroller, { scrollHeight: { value: scrollHeight }, clientHeight: { value: 600 } });
  return async (top) => {
    scroller.scrollTop = top;
    scroller.dispatchEvent(new Event('scroll'));
    await screen.settle();
  };
}

/** A running build's log with 3,000 lines, followed. */
async function openRunning(): Promise<Screen> {
  const screen = await Screen.open('/builds/41');
  screen.socket.open();
  await screen.answer('/api/builds/41', { ...failedBuild, status: 'running', logLines: 0 });
  screen.socket.serve('log', { buildId: 41, lines: logLines(1, 3_000) });
  await screen.settle();
  return screen;
}

/** Answers whatever part of the log is asked for, until something holds. */
async function until(what: string, screen: Screen, holds: () => boolean, total = 12_000): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    for (const call of screen.http.match(({ url }) => url.endsWith('/log'))) {
      const { params } = call.request;
      const from = Number(params.get('from') ?? 1);
      const to = Math.min(total, from + Number(params.get('limit')) - 1);
      if (!call.cancelled) call.flush({ total, lines: logLines(from, to) });
    }
    await screen.settle();
    if (holds()) return;
    await pause(25);
  }
  throw new Error(`not yet: ${what}; the address is ${path()}`);
}

const drawn = (screen: Screen) =>
  [...screen.element().querySelectorAll('.row[data-n]')].map((row) => Number(row.getAttribute('data-n')));
const hits = (screen: Screen) =>
  [...screen.element().querySelectorAll('.row[data-n]')]
    .filter((row) => row.querySelector('.hit'))
    .map((row) => Number(row.getAttribute('data-n')));
const path = () => TestBed.inject(Location).path(true);
const field = (screen: Screen) =>
  screen.element().querySelector<HTMLInputElement>('input[aria-label="Search the log"]')!;

function type(screen: Screen, text: string): void {
  field(screen).value = text;
  field(screen).dispatchEvent(new Event('input'));
}

function key(target: EventTarget, name: string, more: KeyboardEventInit = {}): void {
  target.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more }));
}

describe('Log viewer', () => {
  it('opens a failed build at its first error, and any build at the line in the address', async () => {
    const screen = await Screen.open('/builds/41');
    await screen.answer('/api/builds/41', long);
    await screen.answer('/api/builds/41/log/marks', marks);
    await until('the error', screen, () => drawn(screen).includes(7_443));
    expect(screen.element().querySelector('.row.cause')?.getAttribute('data-n')).toBe('7443');

    TestBed.resetTestingModule();
    const other = await Screen.open('/builds/41#L10-L12');
    await other.answer('/api/builds/41', long);
    await other.answer('/api/builds/41/log/marks', marks);
    await until('the line', other, () => drawn(other).includes(12));
    expect(
      [...other.element().querySelectorAll('.row.marked')].map((row) => row.getAttribute('data-n')),
    ).toEqual(['10', '11', '12']);
  });

  it('shows the end, and says how long the log is, when the address names a line behind it', async () => {
    const screen = await Screen.open('/builds/41#L99999');
    await screen.answer('/api/builds/41', long);
    await until('the last line', screen, () => drawn(screen).includes(12_000));
    const note = 'The line in the address is not there: the log has 12,000 lines.';
    expect(screen.text()).toContain(note);
    await screen.press('Go to in the log');
    await screen.choose('Beginning');
    await until('the first line', screen, () => drawn(screen).includes(1));
    expect(screen.text()).not.toContain(note);
  });

  it('goes to the line in the address when it comes later', async () => {
    const screen = await Screen.open('/builds/41#L10');
    screen.socket.open();
    await screen.answer('/api/builds/41', { ...failedBuild, status: 'running', logLines: 0 });
    screen.socket.serve('log', { buildId: 41, lines: logLines(1, 3_000) });
    await screen.settle();
    expect(drawn(screen)).toContain(10);
    expect(drawn(screen)).not.toContain(3_000);
  });

  it('searches on the server, shows the matches, steps through them and says so in the address', async () => {
    const screen = await Screen.open('/builds/41?stage=build');
    await screen.answer('/api/builds/41', { ...long, status: 'succeeded' });
    await screen.answer('/api/builds/41/log/marks', marks);
    key(document, '/');
    expect(document.activeElement).toBe(field(screen));
    type(screen, 'line');
    await until('the search', screen, () => {
      const [call] = screen.http.match(({ url }) => url.endsWith('/search'));
      if (call === undefined) return false;
      expect(call.request.params.toString()).toBe(
        'stage=build&q=line&regex=false&caseSensitive=false&from=1',
      );
      call.flush(found);
      return true;
    });
    await until('the count', screen, () => screen.text().includes('1 of 2'));
    await until('the match', screen, () => hits(screen).includes(40));
    key(field(screen), 'Enter');
    await until('the second match', screen, () => screen.text().includes('2 of 2'));
    await until('the address', screen, () => path() === '/builds/41?stage=build&q=line#L60');
    key(field(screen), 'Escape');
    await until('no search', screen, () => path() === '/builds/41?stage=build#L60');
    expect(screen.text()).not.toContain('of 2');
  });

  it('finds the same again after a reload: filter, search and line', async () => {
    const screen = await Screen.open('/builds/41?stage=boot&q=a.b&regex=true&case=true#L60');
    await screen.answer('/api/builds/41', { ...long, status: 'succeeded' });
    const call = screen.http.expectOne(({ url }) => url.endsWith('/search'));
    expect(call.request.params.toString()).toBe('stage=boot&q=a.b&regex=true&caseSensitive=true&from=1');
    call.flush(found);
    await until('the match', screen, () => screen.text().includes('2 of 2'));
    expect(field(screen).value).toBe('a.b');
  });

  it('says what is wrong with a regular expression', async () => {
    const screen = await Screen.open('/builds/41?q=(x&regex=true');
    await screen.answer('/api/builds/41', long);
    screen.http
      .expectOne(({ url }) => url.endsWith('/search'))
      .flush(
        {
          code: 'INVALID_INPUT',
          title: 'Bad Request',
          status: 400,
          detail: 'The regular expression cannot be read',
          requestId: 'r',
          errors: [{ field: 'q', message: 'missing closing )' }],
        },
        { status: 400, statusText: 'Bad Request' },
      );
    await until('the words', screen, () =>
      screen.text().includes('The regular expression cannot be read: missing closing )'),
    );
    expect(field(screen).getAttribute('aria-invalid')).toBe('true');
  });

  it('says why a search failed, and repeats it when asked to and when the connection is back', async () => {
    const screen = await Screen.open('/builds/41?q=line');
    screen.socket.open();
    await screen.answer('/api/builds/41', { ...long, status: 'running' });
    const search = () => screen.http.expectOne(({ url }) => url.endsWith('/search'));
    search().flush(
      {
        code: 'BUSY',
        title: 'Service Unavailable',
        status: 503,
        detail: 'Too many searches',
        requestId: 'r-7',
      },
      { status: 503, statusText: 'Service Unavailable' },
    );
    await until('the reason', screen, () => screen.text().includes('Request r-7'));
    expect(screen.text()).toContain('Service UnavailableToo many searches');
    expect(field(screen).hasAttribute('aria-invalid')).toBe(false);
    await screen.press('Try again');
    expect(document.activeElement).toBe(field(screen));
    search().error(new ProgressEvent('error'));
    await until('the reason', screen, () => screen.text().includes('cannot be reached'));
    screen.socket.lose();
    await screen.settle();
    screen.socket.open();
    await screen.settle();
    search().flush(found);
    await until('the count', screen, () => screen.text().includes('1 of 2'));
    expect(screen.text()).not.toContain('cannot be reached');
  });

  it('says that the stages of a log could not be fetched, and asks again when the connection is back', async () => {
    const screen = await Screen.open('/builds/41');
    screen.socket.open();
    await screen.answer('/api/builds/41', { ...long, status: 'running' });
    screen.http.expectOne('/api/builds/41/log/marks').error(new ProgressEvent('error'));
    await screen.settle();
    expect(screen.text()).toContain('cannot be reached');
    screen.socket.lose();
    await screen.settle();
    screen.socket.open();
    await screen.settle();
    await screen.answer('/api/builds/41/log/marks', marks);
    expect(screen.text()).not.toContain('cannot be reached');
    await screen.press('Go to in the log');
    expect(document.querySelector('.mat-mdc-menu-panel')?.textContent).toContain('First error');
  });

  it('stops following when a line is gone to, and says how many new lines wait', async () => {
    const screen = await Screen.open('/builds/41');
    screen.socket.open();
    await screen.answer('/api/builds/41', { ...failedBuild, status: 'running', logLines: 0 });
    await screen.answer('/api/builds/41/log/marks', { stages: [], total: 0 });
    screen.socket.serve('log', { buildId: 41, lines: logLines(1, 3_000) });
    await screen.settle();
    expect(drawn(screen)).toContain(3_000);
    await screen.press('Go to in the log');
    document.querySelectorAll<HTMLButtonElement>('[mat-menu-item]')[0]!.click();
    await screen.settle();
    screen.socket.serve('log', { buildId: 41, lines: logLines(3_001, 3_005) });
    await screen.settle();
    expect(screen.text()).toContain('5 new lines');
    expect(drawn(screen)).not.toContain(3_005);
    await screen.press('↓ 5 new lines');
    expect(drawn(screen)).toContain(3_005);
    expect(document.activeElement).toBe(screen.element().querySelector('.scroller'));
  });

  it('stops following when it is scrolled up by hand, draws what is there, and follows again at the end', async () => {
    const screen = await openRunning();
    const scrollTo = scrollable(screen, 60_000);
    await scrollTo(20_000);
    expect(drawn(screen)).toContain(1_010);
    screen.socket.serve('log', { buildId: 41, lines: logLines(3_001, 3_002) });
    await screen.settle();
    expect(screen.text()).toContain('2 new lines');
    expect(drawn(screen)).toContain(1_010);
    const before = drawn(screen);
    await scrollTo(20_060);
    expect(drawn(screen)).toEqual(before);
    await scrollTo(59_440);
    expect(screen.text()).not.toContain('new lines');
    expect(drawn(screen)).toContain(3_002);
  });

  it('catches up by the End key, and by a scroll to where the log ended when the scroll began', async () => {
    const screen = await openRunning();
    const scrollTo = scrollable(screen, 64_000);
    const scroller = screen.element().querySelector('.scroller')!;
    const rest = () => scroller.dispatchEvent(new Event('scrollend'));
    await scrollTo(20_000);
    rest();
    screen.socket.serve('log', { buildId: 41, lines: logLines(3_001, 3_100) });
    await screen.settle();
    expect(drawn(screen)).not.toContain(3_100);
    key(scroller, 'End');
    await screen.settle();
    expect(drawn(screen)).toContain(3_100);
    expect(screen.text()).not.toContain('new lines');

    await scrollTo(20_000);
    rest();
    await scrollTo(20_100);
    screen.socket.serve('log', { buildId: 41, lines: logLines(3_101, 3_200) });
    await screen.settle();
    await scrollTo(60_000);
    expect(screen.text()).toContain('100 new lines');
    await scrollTo(61_200);
    expect(screen.text()).not.toContain('new lines');
    expect(drawn(screen)).toContain(3_200);
  });

  it('stays where it is scrolled to near the end of a log that does not grow', async () => {
    const screen = await openRunning();
    const scrollTo = scrollable(screen, 60_000);
    for (const top of [59_200, 59_260]) await scrollTo(top);
    screen.socket.serve('log', { buildId: 41, lines: logLines(3_001, 3_001) });
    await screen.settle();
    expect(screen.text()).toContain('1 new line');
  });

  it('asks again for what the server did not answer while it was away', async () => {
    const screen = await Screen.open('/builds/41#L7000');
    screen.socket.open();
    await screen.answer('/api/builds/41', { ...long, status: 'running' });
    const page = () => screen.http.match(({ url }) => url.endsWith('/log'));
    let [asked] = page();
    for (; !asked; [asked] = page()) await pause(10);
    asked.error(new ProgressEvent('error'));
    screen.socket.lose();
    await screen.settle();
    expect(screen.text()).toContain('cannot be reached');
    screen.socket.open();
    await until('the line', screen, () => drawn(screen).includes(7_000));
    expect(screen.text()).not.toContain('cannot be reached');
  });

  it('says that lines were not lost while the connection is away, that a log is empty, and that it is gone', async () => {
    const screen = await Screen.open('/builds/41');
    screen.socket.open();
    await screen.answer('/api/builds/41', { ...failedBuild, status: 'running', logLines: 0 });
    expect(screen.text()).toContain('No lines yet');
    screen.socket.lose();
    await screen.settle();
    expect(screen.text()).toContain('none will be missing');

    TestBed.resetTestingModule();
    const other = await Screen.open('/builds/41');
    await other.answer('/api/builds/41', long);
    await other.answer('/api/builds/41/log/marks', { stages: [], total: 0 });
    await until('the word', other, () => other.text().includes('no longer on the server'), 0);
    await pause(100);
    other.http.expectNone(({ url }) => url.endsWith('/log'));
  });

  it('shows a line that was cut as a whole when asked to', async () => {
    const screen = await Screen.open('/builds/41');
    screen.socket.open();
    await screen.answer('/api/builds/41', { ...failedBuild, status: 'running', logLines: 0 });
    screen.socket.serve('log', { buildId: 41, lines: logLines(1, 1, { text: `${'x'.repeat(5_000)}end` }) });
    await screen.settle();
    expect(screen.text()).not.toContain('xend');
    await screen.press('Show 1,003 more characters');
    expect(screen.text()).toContain('xend');
  });

  it('opens addresses in a tab of their own, and names the cloud of those lines that have one', async () => {
    const screen = await Screen.open('/builds/41');
    screen.socket.open();
    const clouds = ['local', 'lab'];
    await screen.answer('/api/builds/41', { ...failedBuild, clouds, status: 'running', logLines: 0 });
    const [first, second] = logLines(1, 2);
    const lines = [
      { ...first!, text: 'see https://example.org/log.' },
      { ...second!, cloud: 'lab' },
    ];
    screen.socket.serve('log', { buildId: 41, lines });
    await screen.settle();
    const rows = [...screen.element().querySelectorAll('.row[data-n]')];
    const link = rows[0]!.querySelector<HTMLAnchorElement>('.text a')!;
    expect([link.href, link.target, link.rel]).toEqual([
      'https://example.org/log',
      '_blank',
      'noopener noreferrer',
    ]);
    expect(rows[0]!.querySelector('.text')!.textContent).toBe('see https://example.org/log.');
    expect(rows.map((row) => row.querySelector('.cloud')?.textContent)).toEqual([undefined, 'lab']);
  });
});

import { DeferBlockBehavior, TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import type { StatisticsFigures, StatisticsView } from '@image-manager/contracts';
import { distro, failedBuild } from '../testing/fixtures';
import { Screen } from '../testing/screen';
import { bucketOf, calendarDay, dayOf, rangeOf } from './period';
import { definitionsTrend, endsTrend, stagesTrend } from './trends';

const NOW = Date.parse('2026-11-25T10:00:00Z');
const figures: StatisticsFigures = {
  builds: { succeeded: 3, partial: 0, failed: 1, cancelled: 0 },
  successRate: 0.75,
  stages: [
    { stage: 'build', median: 152_000, p90: 180_000, count: 4 },
    { stage: 'test', median: 55_000, p90: 55_000, count: 3 },
  ],
  artifactBytes: { median: 204_000_000, p90: 204_000_000, count: 4 },
};
const points = [
  { at: '2026-11-09T00:00:00.000Z', ...figures },
  { at: '2026-11-23T00:00:00.000Z', ...figures },
];
const view: StatisticsView = {
  bucket: 'week',
  from: '2026-11-01T00:00:00.000Z',
  to: '2026-11-25T00:00:00.000Z',
  overall: { total: figures, points },
  definitions: [
    { distroId: 'debian-12', total: figures, points: points.slice(1) },
    { distroId: 'gone-1', total: figures, points: [] },
  ],
};
const none: StatisticsView = { ...view, overall: { total: figures, points: [] }, definitions: [] };
const page = { items: [failedBuild], total: 60, page: 1, pageSize: 25 };

describe('Statistics', () => {
  beforeEach(() => {
    TestBed.configureTestingModule({ deferBlockBehavior: DeferBlockBehavior.Playthrough });
  });

  it('takes filters and page from the URL', async () => {
    const screen = await Screen.open(
      '/statistics?status=failed&status=partial&distroId=debian-12&from=2026-10-01&to=2026-10-31&text=unit&page=2',
    );
    await screen.answer('/api/distros', [distro]);
    const days = `from=${new Date(2026, 9, 1).toISOString()}&to=${new Date(2026, 10, 1).toISOString()}`;
    const narrowed = `distroId=debian-12&status=partial&status=failed&text=unit&${days}`;
    const encoded = days.replaceAll(':', '%3A');
    const asked = `distroId=debian-12&status=partial&status=failed&${encoded}&text=unit`;
    await screen.answer(`/api/builds?${asked}&page=2&pageSize=25`, { ...page, page: 2 });
    await screen.answer(`/api/statistics?distroId=debian-12&${encoded}&bucket=day`, none);
    for (const words of ['60 builds', '#41', 'Failed', '4m 33s', '26–50 of 60', 'system.failed-units'])
      expect(screen.text()).toContain(words);
    const link = screen.element().querySelector('a[download]');
    expect(link?.getAttribute('href')).toBe(`/api/builds.csv?${narrowed}`);
    await screen.press('Clear filters');
    await screen.answer('/api/builds?page=1&pageSize=25', { ...page, items: [], total: 0 });
    expect(screen.text()).toContain('No builds yet');
    screen.http.expectOne('/api/statistics?from=1970-01-01&bucket=week');
  });

  it('leaves the text alone that a person types, and follows the address otherwise', async () => {
    jest.useFakeTimers({
      doNotFake: ['queueMicrotask', 'nextTick', 'setImmediate', 'requestAnimationFrame'],
    });
    try {
      const screen = await Screen.open('/statistics');
      const field = screen.element().querySelector<HTMLInputElement>('input[type=search]')!;
      field.value = 'no ';
      field.dispatchEvent(new Event('input'));
      await jest.advanceTimersByTimeAsync(1000);
      await screen.settle();
      expect(TestBed.inject(Router).url).toBe('/statistics?text=no');
      expect(field.value).toBe('no ');
      await TestBed.inject(Router).navigateByUrl('/statistics?text=disk');
      await screen.settle();
      expect(field.value).toBe('disk');
      await screen.press('Clear filters');
      expect(field.value).toBe('');
    } finally {
      jest.useRealTimers();
    }
  });

  it('says that a period ends before it begins', async () => {
    const screen = await Screen.open('/statistics?from=2026-10-31&to=2026-10-01');
    const words = 'The first day is later than the last';
    expect(screen.element().querySelector('[role=alert]')?.textContent).toContain(words);
    await TestBed.inject(Router).navigateByUrl('/statistics?from=2026-10-01&to=2026-10-01');
    await screen.settle();
    expect(screen.text()).not.toContain(words);
  });

  it('asks for no more text than the API takes, whatever the address says', async () => {
    const screen = await Screen.open(`/statistics?text=${'x'.repeat(300)}`);
    screen.http.expectOne(
      ({ url, params }) => url === '/api/builds' && params.get('text') === 'x'.repeat(200),
    );
  });

  it('is what the address of all builds leads to', async () => {
    await Screen.open('/builds');
    expect(TestBed.inject(Router).url).toBe('/statistics');
  });

  it('goes to the last page that there is', async () => {
    const screen = await Screen.open('/statistics?page=9');
    const found = { ...page, items: [], page: 9 };
    await screen.answer('/api/builds?page=9&pageSize=25', found);
    await screen.answer('/api/builds?page=3&pageSize=25', { ...found, items: [failedBuild], page: 3 });
    expect(screen.text()).toContain('51–60 of 60');
  });

  it('says what the charts say in tables, newest first', async () => {
    const screen = await Screen.open('/statistics?view=tables');
    await screen.answer('/api/distros', [distro]);
    await screen.answer('/api/builds?page=1&pageSize=25', page);
    await screen.answer('/api/statistics?from=1970-01-01&bucket=week', view);
    for (const words of [
      '75% succeeded',
      'Build: 2m 32s, median',
      '204 MB, median',
      'No figures in this period',
    ])
      expect(screen.text()).toContain(words);
    const head = [...screen.element().querySelectorAll('im-trend-table tbody th')].map((cell) => cell.textContent.trim()); // prettier-ignore
    expect(head.slice(0, 3)).toEqual([
      expect.stringMatching(/23.*29.*2026/),
      expect.stringMatching(/16.*22.*2026/),
      expect.stringMatching(/9.*15.*2026/),
    ]);
    expect(screen.rows('im-trend-table')).toContain('2m 32s (9 of 10 within 3m) | 55s');
    expect(screen.rows('im-trend-table')).toContain('– | –');
  });
});

describe('periods', () => {
  it('count whole days where the browser is, a person’s own with the last one', () => {
    const midnight = (month: number, day: number) => new Date(2026, month - 1, day).toISOString();
    const now = new Date(2026, 10, 25, 10).getTime();
    expect(rangeOf({ period: '7d' }, now)).toEqual({ from: midnight(11, 18) });
    expect(rangeOf({ from: '2026-02-01', to: '2026-02-28' }, now)).toEqual({
      from: midnight(2, 1),
      to: midnight(3, 1),
    });
    expect(rangeOf({}, now)).toEqual({});
  });

  it('have days of 23 and 25 hours where clocks are changed', () => {
    for (let day = 1; day <= 365; day += 1) {
      const said = dayOf(new Date(2026, 0, day).getTime());
      expect(rangeOf({ from: said, to: said }, NOW)).toEqual({
        from: new Date(2026, 0, day).toISOString(),
        to: new Date(2026, 0, day + 1).toISOString(),
      });
    }
  });

  it('stay in the years that the API reads', () => {
    expect(['9999-12-31', '0000-01-01'].map(calendarDay)).toEqual([undefined, undefined]);
    const range = rangeOf({ from: calendarDay('1970-01-02'), to: calendarDay('9999-12-29') }, NOW);
    expect(range).toEqual({
      from: expect.stringMatching(/^19(69|70)-/) as string,
      to: expect.stringMatching(/^9999-12-/) as string,
    });
  });

  it('are cut into days, weeks or months by their length', () => {
    expect(bucketOf({ from: '2026-10-26' }, NOW)).toBe('day');
    expect(bucketOf({ from: '2025-11-26' }, NOW)).toBe('week');
    expect(bucketOf({ from: '2020-01-01', to: '2025-01-01' }, NOW)).toBe('month');
    expect(bucketOf({}, NOW)).toBe('week');
  });

  it('know a calendar day', () => {
    expect(['2026-02-28', '2026-02-30', '26-1-1', '', undefined].map(calendarDay)).toEqual(['2026-02-28', undefined, undefined, undefined, undefined]); // prettier-ignore
  });
});

describe('trends', () => {
  it('have every week between the first and the last, and no series without a value', () => {
    const ends = endsTrend(view);
    expect(ends.times.map((time) => time.slice(0, 10))).toEqual(['2026-11-09', '2026-11-16', '2026-11-23']);
    expect(ends.series).toEqual([
      { id: 'succeeded', values: [3, 0, 3] },
      { id: 'failed', values: [1, 0, 1] },
    ]);
    expect(stagesTrend(view).series.map(({ id, values }) => [id, values])).toEqual([
      ['build', [152_000, null, 152_000]],
      ['test', [55_000, null, 55_000]],
    ]);
    expect(definitionsTrend(view, 'artifactBytes').series).toEqual([
      { id: 'debian-12', values: [null, null, 204_000_000], p90: [null, null, 204_000_000] },
    ]);
    expect(definitionsTrend(view, 'bootMs').series).toEqual([]);
  });

  it('step over months of different lengths', () => {
    const months = ['2025-12-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'];
    const monthly: StatisticsView = { ...none, bucket: 'month', overall: { total: figures, points: months.map((at) => ({ at, ...figures })) } }; // prettier-ignore
    expect(endsTrend(monthly).times.map((time) => time.slice(0, 7))).toEqual(['2025-12', '2026-01', '2026-02', '2026-03']); // prettier-ignore
  });
});

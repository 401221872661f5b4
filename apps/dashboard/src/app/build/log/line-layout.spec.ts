import { logLines } from '../../testing/fake-socket';
import { LineLayout } from './line-layout';
import { LinePages } from './line-pages';

describe('LineLayout', () => {
  it('places lines that are here and lines that are on their way', () => {
    const pages = new LinePages();
    pages.grow(1_000_000);
    pages.learn(1, 500, logLines(1, 500));
    const layout = new LineLayout(pages);
    layout.update();
    expect(layout.height).toBe(20_000_000);
    expect(layout.rows(9990, 10_030).map(({ n, top, line }) => [n, top, line?.text])).toEqual([
      [500, 9980, 'line 500'],
      [501, 10_000, undefined],
      [502, 10_020, undefined],
    ]);
    expect(layout.anchorAt(15_000_005)).toEqual({ n: 750_001, offset: 5 });
    expect(layout.topOf({ n: 750_001, offset: 5 })).toBe(15_000_005);
  });

  it('numbers the lines of a last page that is on its way as they are numbered', () => {
    const pages = new LinePages();
    pages.grow(98);
    const layout = new LineLayout(pages);
    layout.update();
    expect(layout.rows(0, 2_000).map(({ n }) => n)).toEqual(Array.from({ length: 98 }, (_, at) => at + 1));
    expect(layout.topOf({ n: 98, offset: 0 })).toBe(97 * 20);
  });

  it('estimates wrapped heights, corrects them by measure, and keeps an anchor on its line', () => {
    const pages = new LinePages();
    pages.learn(1, 3, logLines(1, 3, { text: 'x'.repeat(250) }));
    const layout = new LineLayout(pages, 100);
    layout.update();
    expect(layout.height).toBe(180);
    const anchor = layout.anchorAt(130);
    expect(anchor).toEqual({ n: 3, offset: 10 });
    expect(layout.measured(1, 100)).toBe(true);
    expect(layout.measured(1, 100)).toBe(false);
    layout.update();
    expect(layout.topOf(anchor)).toBe(170);
    expect(layout.height).toBe(220);
  });

  it('leaves out what a filter leaves out', () => {
    const pages = new LinePages(true);
    pages.learn(1, 600, [...logLines(10, 10), ...logLines(550, 551)]);
    const layout = new LineLayout(pages);
    layout.update();
    expect(layout.rows(0, 1000).map(({ n, top }) => [n, top])).toEqual([
      [10, 0],
      [550, 20],
      [551, 40],
    ]);
    expect(layout.topOf({ n: 11, offset: 0 })).toBe(20);
  });
});

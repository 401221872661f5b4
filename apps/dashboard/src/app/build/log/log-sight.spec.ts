import { LineLayout } from './line-layout';
import { LinePages } from './line-pages';
import { LogSight } from './log-sight';

const VIEW = 600;
const ROW = 20;

/** A log that grows under a sight of thirty rows. */
function grown(lines: number) {
  const pages = new LinePages();
  const layout = new LineLayout(pages);
  const sight = new LogSight();
  const draw = (total: number, follow: boolean) => {
    pages.grow(total);
    layout.update();
    return sight.draw(layout, { height: layout.height, view: VIEW, follow });
  };
  return { layout, sight, draw, first: draw(lines, false) };
}

describe('LogSight', () => {
  it('draws what is in sight and a margin, and more only when that is nearly used up', () => {
    const { layout, sight, first } = grown(10_000);
    expect(first.rows.at(-1)?.n).toBe(30 + 40);
    const end = layout.height - VIEW;
    expect(sight.scrolled(layout, 10 * ROW, end)).toEqual({ redraw: false });
    expect(sight.whole(layout)).toEqual({ first: 11, last: 40 });
    expect(sight.scrolled(layout, 50 * ROW, end)?.redraw).toBe(true);
    expect(sight.draw(layout, { height: layout.height, view: VIEW, follow: false }).rows[0]?.n).toBe(11);
    expect(sight.scrolled(layout, 60 * ROW, end)).toEqual({ redraw: false });
    expect(sight.scrolled(layout, 60 * ROW, end)).toBeUndefined();
  });

  it('follows from the end of the log on, and no more after a scroll upwards', () => {
    const { layout, sight } = grown(1000);
    const end = layout.height - VIEW;
    expect(sight.scrolled(layout, end, end)?.follow).toBe(true);
    expect(sight.scrolled(layout, end - 200, end)?.follow).toBe(false);
    expect(sight.scrolled(layout, end - 100, end)).not.toHaveProperty('follow');
  });

  it('follows after a smooth scroll to where the end was when it began, although lines came meanwhile', () => {
    const { layout, sight, draw } = grown(1000);
    const end = layout.height - VIEW;
    expect(sight.scrolled(layout, end - 900, end)).not.toHaveProperty('follow');
    draw(2000, false);
    const later = layout.height - VIEW;
    expect(sight.scrolled(layout, end - 100, later)?.follow).toBe(true);
    sight.scrollEnded();
    expect(sight.scrolled(layout, end - 50, later)).not.toHaveProperty('follow');
  });

  it('stays at its line while lines come, and at the newest one when it follows', () => {
    const { layout, sight, draw } = grown(1000);
    sight.bring(layout, 500);
    draw(1000, false);
    expect(sight.rest(layout, false)).toEqual({ bar: 489 * ROW, moved: true });
    draw(3000, false);
    expect(sight.whole(layout)).toEqual({ first: 490, last: 519 });
    expect(sight.rest(layout, false).moved).toBe(false);
    draw(3000, true);
    expect(sight.rest(layout, true)).toEqual({ bar: 2970 * ROW, moved: true });
    expect(sight.whole(layout).last).toBe(3000);
  });

  it('says which line one reads: each one in turn while scrolling, the one gone to, the marked one in sight', () => {
    const { layout, sight, draw } = grown(1000);
    const end = layout.height - VIEW;
    const reading = (mark?: number) => sight.reading(layout, mark)?.n;
    expect(reading()).toBe(1);
    const seen: (number | undefined)[] = [];
    for (let bar = ROW; bar <= end; bar += ROW) {
      sight.scrolled(layout, bar, end);
      seen.push(reading());
    }
    const steps = seen.map((n, index) => (n ?? 0) - (seen[index - 1] ?? 1));
    expect(Math.max(...steps)).toBeLessThanOrEqual(2);
    expect(Math.min(...steps)).toBeGreaterThan(0);
    expect(seen.at(-1)).toBe(1000);
    sight.bring(layout, 500);
    draw(1000, false);
    expect(reading()).toBe(500);
    expect(reading(495)).toBe(495);
    expect(reading(520)).toBe(500);
  });

  it('reads the last line of a log that is in sight as a whole', () => {
    const { layout, sight } = grown(10);
    expect(sight.reading(layout, undefined)?.n).toBe(10);
    expect(sight.reading(grown(0).layout, undefined)).toBeUndefined();
  });
});

import { logLines } from '../../testing/fake-socket';
import { LinePages } from './line-pages';

describe('LinePages', () => {
  it('asks for pages that nobody has seen, and for the rest of one that grew', () => {
    const pages = new LinePages();
    pages.grow(1200);
    expect([pages.pageCount, pages.rows(0), pages.rows(2)]).toEqual([3, 500, 200]);
    expect(pages.missing(2)).toBe(1001);
    pages.learn(1001, 1200, logLines(1001, 1200));
    expect(pages.missing(2)).toBeUndefined();
    pages.grow(1300);
    expect(pages.missing(2)).toBe(1201);
    expect(pages.rows(2)).toBe(300);
  });

  it('takes each line once, in order, and nothing behind a gap', () => {
    const pages = new LinePages();
    pages.learn(1, 300, logLines(1, 300));
    pages.learn(200, 400, logLines(200, 400));
    pages.learn(450, 480, logLines(450, 480));
    expect(pages.lines(0)?.map(({ n }) => n)).toEqual(Array.from({ length: 400 }, (_, at) => at + 1));
    expect(pages.missing(0)).toBe(401);
  });

  it('knows of a filter where lines are and where none are, and estimates the rest', () => {
    const pages = new LinePages(true);
    pages.grow(2000);
    pages.learn(1, 1000, logLines(901, 1000));
    expect([pages.rows(0), pages.rows(1)]).toEqual([0, 100]);
    expect(pages.missing(0)).toBeUndefined();
    expect(pages.rows(2)).toBe(50);
    expect(pages.missing(2)).toBe(1001);
  });

  it('holds no more than a bounded part of a log that goes on and on', () => {
    const pages = new LinePages();
    for (let from = 1; from <= 1_000_000; from += 2000) {
      pages.learn(from, from + 1999, logLines(from, from + 1999));
      pages.use(pages.pageCount - 1, pages.pageCount - 1);
    }
    const held = Array.from({ length: pages.pageCount }, (_, page) => pages.lines(page)).filter(Boolean);
    expect(pages.total).toBe(1_000_000);
    expect(held.length).toBeLessThanOrEqual(60);
    expect(pages.lines(pages.pageCount - 1)).toHaveLength(500);
    expect(pages.missing(0)).toBe(1);
  });

  it('counts characters, as few long lines weigh more than many short ones', () => {
    const pages = new LinePages();
    const text = 'x'.repeat(16_384);
    for (let page = 0; page < 10; page++) {
      pages.learn(page * 500 + 1, page * 500 + 500, logLines(page * 500 + 1, page * 500 + 500, { text }));
      pages.use(page, page);
    }
    expect(pages.heldCharacters).toBeLessThanOrEqual(500 * text.length * 2);
    expect(pages.lines(9)).toHaveLength(500);
    expect(pages.lines(0)).toBeUndefined();
  });
});

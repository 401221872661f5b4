import { MAX_HEIGHT, ScrollSpace } from './scroll-space';

describe('ScrollSpace', () => {
  it('is the scroll bar itself where the log fits into an element', () => {
    const space = new ScrollSpace();
    space.resize(200_000, 800);
    space.scrolled(100);
    expect(space.top).toBe(100);
    space.scrolled(150_000);
    expect(space.top).toBe(150_000);
    space.scrolled(199_200);
    expect(space.top).toBe(space.end);
  });

  it('moves a log of ten million lines by pixels in steps, by shares in leaps, and reaches both ends', () => {
    const space = new ScrollSpace();
    space.resize(200_000_000, 800);
    expect(space.barHeight).toBe(MAX_HEIGHT);
    space.scrolled(120);
    expect(space.top).toBe(120);
    space.scrolled((MAX_HEIGHT - 800) / 2);
    expect(space.top).toBeCloseTo(space.end / 2, 0);
    space.scrolled(MAX_HEIGHT - 800);
    expect(space.top).toBe(space.end);
    space.scrolled(0);
    expect(space.top).toBe(0);
  });

  it('keeps the places of rows in the element for as long as it is scrolled in steps', () => {
    const space = new ScrollSpace();
    space.resize(200_000_000, 800);
    space.place(50_000_000);
    const { shift } = space;
    for (let step = 0; step < 50; step += 1) space.scrolled(space.bar + 33.3);
    expect(space.shift).toBeCloseTo(shift, 3);
    space.scrolled(space.bar + 10_000);
    expect(Math.abs(space.shift - shift)).toBeGreaterThan(1000);
  });

  it('shows the same after the bar was put where the log is', () => {
    const space = new ScrollSpace();
    space.resize(200_000_000, 800);
    const bar = space.place(50_000_000);
    space.scrolled(bar + 300);
    expect(space.top).toBe(50_000_300);
    expect(space.toElement(space.top)).toBeCloseTo(bar + 300, 3);
    space.rest();
    expect(space.top).toBe(50_000_300);
    expect(space.toElement(space.top + 40)).toBeCloseTo(space.bar + 40, 3);
  });
});

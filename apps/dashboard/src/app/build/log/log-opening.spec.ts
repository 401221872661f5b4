import { openingOf } from './log-opening';

const marks = { stages: [], total: 12_000, firstError: 7_443 };
const plain = { line: undefined, searched: false, failed: false };

describe('openingOf', () => {
  it('shows the newest line of a build that runs or went well, without waiting', () => {
    expect(openingOf(plain, undefined)).toEqual({ at: 'end' });
  });

  it('waits for the marks of a failed build and opens at its first error', () => {
    expect(openingOf({ ...plain, failed: true }, undefined)).toEqual({ at: 'unknown' });
    expect(openingOf({ ...plain, failed: true }, marks)).toEqual({ at: 'line', n: 7_443 });
  });

  it('opens a failed build at its end where the error is not in the log or the marks cannot be had', () => {
    expect(openingOf({ ...plain, failed: true }, { stages: [], total: 5 })).toEqual({
      at: 'end',
    });
    expect(openingOf({ ...plain, failed: true }, null)).toEqual({ at: 'end' });
  });

  it('obeys the address before all else: a line, then a search', () => {
    expect(openingOf({ line: 12, searched: true, failed: true }, marks)).toEqual({ at: 'line', n: 12 });
    expect(openingOf({ line: undefined, searched: true, failed: true }, marks)).toEqual({ at: 'match' });
  });
});

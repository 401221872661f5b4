import { logLines } from '../testing/fake-socket';
import { indexOfLine, LogLines } from './log-lines';

describe('LogLines', () => {
  it('keeps the lines whole and per stage', () => {
    const log = new LogLines();
    log.append(logLines(1, 3));
    log.append(logLines(4, 5, { stage: 'boot' }));
    log.append(logLines(6, 6));
    expect(log.of(undefined)).toHaveLength(6);
    expect(log.of('build').map((line) => line.n)).toEqual([1, 2, 3, 6]);
    expect(log.firstOf('boot')).toBe(4);
    expect(log.firstOf('promote')).toBeUndefined();
  });

  it('finds a line by its number, or the next one of the stage', () => {
    const lines = [...logLines(1, 3), ...logLines(6, 8)];
    expect(indexOfLine(lines, 1)).toBe(0);
    expect(indexOfLine(lines, 5)).toBe(3);
    expect(indexOfLine(lines, 8)).toBe(5);
    expect(indexOfLine(lines, 9)).toBe(6);
  });
});

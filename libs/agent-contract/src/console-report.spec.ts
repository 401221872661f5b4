import {
  CONSOLE_REPORT_MAX_BYTES,
  encodeConsoleReport,
  readConsoleReport,
  type ConsoleBinding,
  type ConsoleReport,
} from './console-report.js';

const BINDING: ConsoleBinding = {
  consoleKey: '5a'.repeat(32),
  buildId: 7,
  serverId: '0b4c-server',
  imageChecksum: 'ab'.repeat(64),
};
const REPORT: ConsoleReport = {
  nonce: '0123456789abcdef0123456789abcdef',
  problem: 'No connection established',
  kernelRelease: '6.1.0-28-cloud-amd64',
  checks: Array.from({ length: 22 }, (_, index) => ({
    name: `group.check-${index}`,
    status: index % 5 === 0 ? 'fail' : 'pass',
    reason: `what was found in check ${index}: ${'αβγ '.repeat(index % 4)}`,
    figure: String(index * 1.5),
    unit: 'GiB',
    durationMs: index * 17,
  })),
  timing: { kernelMs: 1, initrdMs: 2, userspaceMs: 3, cloudInitMs: 4, untilReportMs: 5 },
};
const LINES = encodeConsoleReport(REPORT, BINDING);
/** One of the copies that are printed. */
const COPY = LINES.slice(0, LINES.length / 2);
const FOUND = { outcome: 'report', report: REPORT };

describe('console report', () => {
  it('comes back as it went, over a serial line', () => {
    expect(readConsoleReport(LINES.join('\r\n'), BINDING)).toEqual(FOUND);
  });

  it('is printed in short lines of plain characters, below 16 KiB with all copies', () => {
    expect(LINES.every((line) => line.length <= 110 && /^[\x21-\x7e]+$/.test(line))).toBe(true);
    expect(LINES.join('\r\n').length).toBeLessThan(CONSOLE_REPORT_MAX_BYTES);
  });

  it('is found among kernel lines', () => {
    const text = LINES.map((line, index) => `[   ${index}.123456] kernel: something\r\n${line}`).join('\r\n');
    expect(readConsoleReport(text, BINDING)).toEqual(FOUND);
  });

  it('survives kernel messages in the middle of its lines, from two damaged copies', () => {
    const damage = (line: string, index: number, every: number) =>
      index % 4 === every ? `${line.slice(0, 30)}[   12.345678] eth0: link up\r\n${line.slice(30)}` : line;
    const text = [
      ...COPY.map((line, i) => damage(line, i, 0)),
      ...COPY.map((line, i) => damage(line, i, 1)),
    ].join('\r\n');
    expect(readConsoleReport(text, BINDING)).toEqual(FOUND);
  });

  it('survives dropped and changed characters in one copy', () => {
    const text = [...COPY.map((line) => line.replace(/[A-Za-z](?=[^:]*$)/, '?')), ...COPY].join('\n');
    expect(readConsoleReport(text, BINDING)).toEqual(FOUND);
  });

  it('is put together from tails that overlap', () => {
    const text = COPY.join('\r\n');
    const middle = Math.floor(text.length / 2);
    expect(readConsoleReport(`${text.slice(0, middle + 200)}\n${text.slice(middle - 200)}`, BINDING)).toEqual(
      FOUND,
    );
  });

  it('is not there as long as a piece is missing, and says how much there is', () => {
    const text = COPY.slice(1).join('\r\n');
    expect(readConsoleReport(text, BINDING)).toEqual({ outcome: 'none', pieces: COPY.length - 1 });
    expect(readConsoleReport('login: ', BINDING)).toEqual({ outcome: 'none', pieces: 0 });
  });

  it.each([
    ['key', { consoleKey: '00'.repeat(32) }],
    ['build', { buildId: 8 }],
    ['server', { serverId: 'another' }],
    ['image', { imageChecksum: 'cd'.repeat(64) }],
  ])('does not verify with another %s', (_, change) => {
    expect(readConsoleReport(LINES.join('\n'), { ...BINDING, ...change })).toEqual({ outcome: 'forged' });
  });

  it('is believed although somebody prints a forged one, too', () => {
    const forged = encodeConsoleReport(
      { ...REPORT, nonce: 'f'.repeat(32) },
      { ...BINDING, consoleKey: 'ff' },
    );
    expect(readConsoleReport([...forged, ...LINES, ...forged].join('\n'), BINDING)).toEqual(FOUND);
  });

  it('cuts reasons rather than exceed its size', () => {
    const noise = (seed: number) =>
      Array.from({ length: 400 }, (_, i) => String.fromCharCode(33 + ((seed * 7919 + i * i * 31) % 90))).join(
        '',
      );
    const checks = REPORT.checks.map((check, index) => ({ ...check, reason: noise(index) }));
    const lines = encodeConsoleReport({ ...REPORT, checks }, BINDING);
    expect(lines.join('\r\n').length).toBeLessThan(CONSOLE_REPORT_MAX_BYTES);
    const reading = readConsoleReport(lines.join('\r\n'), BINDING);
    expect(reading.outcome === 'report' && reading.report.checks.map(({ name }) => name)).toEqual(
      checks.map(({ name }) => name),
    );
  });
});

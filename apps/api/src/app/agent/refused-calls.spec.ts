import 'reflect-metadata';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { RefusedCalls } from './refused-calls.service.js';

describe('refused calls', () => {
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('are logged at once when they are rare, and in one line a minute when they are many', () => {
    jest.useFakeTimers();
    const lines: unknown[] = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((fields: unknown) => {
      lines.push((fields as { refused: unknown }).refused);
    });
    const refused = new RefusedCalls();
    refused.count('Report', 'no token');
    expect(lines).toEqual([{ 'Report: no token': 1 }]);
    for (let second = 0; second < 120; second += 1) {
      for (let call = 0; call < 10; call += 1) refused.count('Register', 'wrong token');
      jest.advanceTimersByTime(1000);
    }
    expect(lines.slice(1)).toEqual([{ 'Register: wrong token': 600 }, { 'Register: wrong token': 600 }]);
    // A quiet time ends it, and the next is told at once again.
    jest.advanceTimersByTime(600_000);
    expect(lines).toHaveLength(3);
    refused.count('Report', 'no token');
    expect(lines[3]).toEqual({ 'Report: no token': 1 });
    refused.count('Report', 'bad field');
    refused.onApplicationShutdown();
    expect(lines[4]).toEqual({ 'Report: bad field': 1 });
    expect(refused.counts).toEqual({
      'Report: no token': 2,
      'Register: wrong token': 1200,
      'Report: bad field': 1,
    });
  });
});

import { TestBed } from '@angular/core/testing';
import { Notices } from './notices';

function look(hidden: boolean): void {
  Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
  document.dispatchEvent(new Event('visibilitychange'));
}

describe('Notices', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => {
    look(false);
    jest.useRealTimers();
  });

  it('lets a success leave by itself', () => {
    const notices = TestBed.inject(Notices);
    notices.say('Queued');
    jest.advanceTimersByTime(7_900);
    expect(notices.all()).toHaveLength(1);
    jest.advanceTimersByTime(200);
    expect(notices.all()).toEqual([]);
  });

  it('keeps what was said to a tab behind others until somebody has looked at it for a while', () => {
    const notices = TestBed.inject(Notices);
    look(true);
    notices.say('Build 41: Failed', '/builds/41');
    jest.advanceTimersByTime(3_600_000);
    expect(notices.all()).toHaveLength(1);
    look(false);
    jest.advanceTimersByTime(7_900);
    expect(notices.all()).toHaveLength(1);
    jest.advanceTimersByTime(200);
    expect(notices.all()).toEqual([]);
  });
});

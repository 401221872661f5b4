import { TestBed } from '@angular/core/testing';
import { problem } from '../testing/fixtures';
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

  it('keeps problems where successes crowd, and shows the newest success beside them', () => {
    const notices = TestBed.inject(Notices);
    const shown = () => notices.all().map(({ text }) => text);
    notices.report('No rollback', problem);
    for (const text of ['one', 'two', 'three', 'four']) notices.say(text);
    expect(shown()).toEqual(['No rollback', 'three', 'four']);
    for (const text of ['No cancel', 'No retry']) notices.report(text, problem);
    expect(shown()).toEqual(['No rollback', 'four', 'No cancel', 'No retry']);
    notices.say('five');
    expect(shown()).toEqual(['No rollback', 'No cancel', 'No retry', 'five']);
  });

  it('keeps what was said to a tab behind others until somebody has looked at it for a while', () => {
    const notices = TestBed.inject(Notices);
    look(true);
    notices.say('Build 41: Failed', { link: '/builds/41' });
    jest.advanceTimersByTime(3_600_000);
    expect(notices.all()).toHaveLength(1);
    look(false);
    jest.advanceTimersByTime(7_900);
    expect(notices.all()).toHaveLength(1);
    jest.advanceTimersByTime(200);
    expect(notices.all()).toEqual([]);
  });
});

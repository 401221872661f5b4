import { TestBed } from '@angular/core/testing';
import { UNREACHABLE } from '../api/problem';
import { I18n } from '../i18n/i18n';
import { problem } from '../testing/fixtures';
import { ProblemBox } from './problem-box';

describe('ProblemBox', () => {
  it('marks as English what the server says, and nothing of its own', async () => {
    TestBed.inject(I18n).use('ru');
    const fixture = TestBed.createComponent(ProblemBox);
    const english = async (shown: typeof problem) => {
      fixture.componentRef.setInput('problem', shown);
      await fixture.whenStable();
      const parts = (fixture.nativeElement as HTMLElement).querySelectorAll('[lang=en]');
      return [...parts].map(({ textContent }) => textContent.trim().replace(/\s+/g, ' '));
    };
    const errors = [{ field: 'text', message: 'is too long' }];
    expect(await english({ ...problem, errors })).toEqual([
      problem.title,
      problem.detail,
      'text is too long',
    ]);
    expect(await english({ ...problem, code: UNREACHABLE })).toEqual([]);
  });
});

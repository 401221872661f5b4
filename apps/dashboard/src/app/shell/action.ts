import { inject, signal } from '@angular/core';
import type { Observable } from 'rxjs';
import { problemOf } from '../api/problem';
import { Notices } from './notices';

/** Something that a person asked for, one at a time: whether it is under way, and a notice where it failed. */
export class Action {
  private readonly notices = inject(Notices);
  /** What it is done to, while it is under way. */
  private readonly subject = signal<string | undefined>(undefined);
  readonly running = this.subject.asReadonly();

  /** Does nothing and answers false while another one is under way. What failed can be asked for again from its notice. `failed` is read when it failed, in the language of that moment. */
  run<T>(
    request: Observable<T>,
    on: { subject: string; failed: () => string; done: (answer: T) => void },
  ): boolean {
    if (this.subject() !== undefined) return false;
    this.subject.set(on.subject);
    // Not bound to the component: an answer that comes after the person went elsewhere is still told.
    request.subscribe({
      next: (answer) => {
        this.subject.set(undefined);
        on.done(answer);
      },
      error: (error: unknown) => {
        this.subject.set(undefined);
        this.notices.report(on.failed(), problemOf(error), () => this.run(request, on));
      },
    });
    return true;
  }
}

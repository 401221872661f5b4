import { effect, inject, Injectable, PendingTasks, signal, untracked } from '@angular/core';
import { I18n } from '../i18n/i18n';
import type { causeText } from './cause-text';

/** What causes are called in lists, for readers of another language than the API's English. */
@Injectable({ providedIn: 'root' })
export class CauseTitles {
  private readonly language = inject(I18n).language;
  private readonly pending = inject(PendingTasks);
  private readonly find = signal<typeof causeText | undefined>(undefined);

  constructor() {
    effect(() => {
      if (this.language() !== 'en' && untracked(this.find) === undefined) this.load();
    });
  }

  /** Undefined where the API's own words are to be shown: they say more. */
  readonly of = (code: string): string | undefined => {
    const language = this.language();
    return language === 'en' ? undefined : this.find()?.(code, language)?.title;
  };

  /** The first screen shows at once, and is not made heavier by a hundred sentences. */
  private load(): void {
    this.pending.run(async () => {
      try {
        const { causeText } = await import('./cause-text');
        this.find.set(causeText);
      } catch {
        // Without them the API's words stay.
      }
    });
  }
}

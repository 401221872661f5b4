import { DOCUMENT, effect, inject, Injectable, signal } from '@angular/core';
import { followOtherTabs, remember, remembered } from './preferences';

export const THEMES = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof THEMES)[number];

/** Light, dark, or what the system prefers. */
@Injectable({ providedIn: 'root' })
export class Theme {
  private readonly chosen = signal<ThemeChoice>(remembered('theme', THEMES) ?? 'system');
  readonly choice = this.chosen.asReadonly();

  constructor() {
    followOtherTabs('theme', () => {
      this.chosen.set(remembered('theme', THEMES) ?? 'system');
    });
    const root = inject(DOCUMENT).documentElement;
    effect(() => {
      const choice = this.chosen();
      if (choice === 'system') delete root.dataset['theme'];
      else root.dataset['theme'] = choice;
    });
  }

  use(choice: ThemeChoice): void {
    this.chosen.set(choice);
    remember('theme', choice);
  }
}

import { effect, inject, signal } from '@angular/core';
import { Title } from '@angular/platform-browser';

/** What stands before every title, such as a mark for something that happened while nobody looked. */
export const titleBadge = signal('');

/** Keeps the browser's title at what `text` says, also when the language changes. Needs an injection context. */
export function pageTitle(text: () => string): void {
  const title = inject(Title);
  effect(() => {
    title.setTitle(`${titleBadge()}${text()} · Image Manager`);
  });
}

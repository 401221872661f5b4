import { effect, inject } from '@angular/core';
import { Title } from '@angular/platform-browser';

/** Keeps the browser's title at what `text` says, also when the language changes. Needs an injection context. */
export function pageTitle(text: () => string): void {
  const title = inject(Title);
  effect(() => {
    title.setTitle(`${text()} · Image Manager`);
  });
}

import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { I18n } from '../i18n/i18n';
import { pageTitle } from './page-title';

@Component({
  selector: 'im-not-found',
  imports: [RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h1>{{ t('shell.notFound') }}</h1>
    <p>
      <a routerLink="/images">{{ t('shell.notFound.advice') }}</a>
    </p>
  `,
})
export class NotFound {
  protected readonly t = inject(I18n).t;

  constructor() {
    pageTitle(() => this.t('shell.notFound'));
  }
}

import { HttpClient } from '@angular/common/http';
import { DOCUMENT, inject, Injectable } from '@angular/core';
import { problemOf } from '../api/problem';
import { I18n } from '../i18n/i18n';
import { Notices } from './notices';

/**
 * Tells that code which is fetched on demand did not come. Browsers remember what failed, and after an upgrade the code has
 * another name, so trying again loads the whole page; only once the server answers, as the browser's own error page leads nowhere.
 */
@Injectable({ providedIn: 'root' })
export class NotLoaded {
  private readonly notices = inject(Notices);
  private readonly http = inject(HttpClient);
  private readonly i18n = inject(I18n);
  private readonly location = inject(DOCUMENT).location;

  /** @param url path inside the dashboard where the code is wanted */
  tell(error: unknown, url: string): void {
    this.notices.report(this.i18n.t('shell.notLoaded'), problemOf(error), () => {
      this.http.get(url, { responseType: 'text' }).subscribe({
        next: () => {
          this.location.assign(url);
        },
        error: (failure: unknown) => {
          this.tell(failure, url);
        },
      });
      return true;
    });
  }
}

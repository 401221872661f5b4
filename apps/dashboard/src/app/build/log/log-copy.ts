import { Clipboard } from '@angular/cdk/clipboard';
import { inject, Injectable } from '@angular/core';
import { withoutControlSequences } from '@image-manager/contracts';
import { firstValueFrom } from 'rxjs';
import { Api } from '../../api/api';
import { problemOf } from '../../api/problem';
import { I18n } from '../../i18n/i18n';
import { Notices } from '../../shell/notices';
import type { LineMark } from './line-mark';
import type { LineFilter } from './line-source';

/** As many lines as the server gives at a time. */
const PAGE = 5_000;
/** Whoever wants more downloads the log. */
const MOST = 50_000;

/** Puts lines of a log, and links to them, on the clipboard. */
@Injectable()
export class LogCopy {
  private readonly api = inject(Api);
  private readonly notices = inject(Notices);
  private readonly i18n = inject(I18n);
  // Works on pages without TLS too, where browsers keep their own clipboard from scripts.
  private readonly clipboard = inject(Clipboard);

  /** The words of these lines, without colours, as far as the filter leaves them. */
  async lines(buildId: number, { from, to }: LineMark, filter: LineFilter): Promise<void> {
    if (to - from >= MOST) {
      this.notices.say(this.i18n.tn('log.copy.tooMany', MOST));
      return;
    }
    try {
      const texts: string[] = [];
      for (let at = from; at <= to;) {
        const page = await firstValueFrom(this.api.logPage(buildId, { from: at, limit: PAGE, ...filter }));
        const wanted = page.lines.filter(({ n }) => n <= to);
        texts.push(...wanted.map(({ text }) => withoutControlSequences(text)));
        if (wanted.length < PAGE) break;
        at = (wanted.at(-1)?.n ?? to) + 1;
      }
      this.put(texts.map((text) => `${text}\n`).join(''), this.i18n.tn('log.copied', texts.length));
    } catch (error) {
      this.notices.report(this.i18n.t('log.copy.failed'), problemOf(error), () => {
        void this.lines(buildId, { from, to }, filter);
        return true;
      });
    }
  }

  link(address: string): void {
    this.put(address, this.i18n.t('log.copied.link'));
  }

  private put(text: string, done: string): void {
    this.notices.say(this.clipboard.copy(text) ? done : this.i18n.t('log.copy.failed'));
  }
}

import { effect, inject, Injectable } from '@angular/core';
import { MatPaginatorIntl } from '@angular/material/paginator';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';

/** The paginator's words and figures in the chosen language, also when that changes. */
@Injectable()
export class PaginatorTexts extends MatPaginatorIntl {
  constructor() {
    super();
    const { t, language } = inject(I18n);
    const { number } = inject(Formats);
    this.getRangeLabel = (page, pageSize, total) => {
      const first = Math.min(page * pageSize + 1, total);
      const last = Math.min((page + 1) * pageSize, total);
      return t('statistics.range', { first: number(first), last: number(last), total: number(total) });
    };
    effect(() => {
      language();
      this.itemsPerPageLabel = t('statistics.pageSize');
      this.firstPageLabel = t('statistics.first');
      this.previousPageLabel = t('statistics.previous');
      this.nextPageLabel = t('statistics.next');
      this.lastPageLabel = t('statistics.last');
      this.changes.next();
    });
  }
}

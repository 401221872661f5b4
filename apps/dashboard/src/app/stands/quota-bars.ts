import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import type { CloudView, QuotaResource } from '@image-manager/contracts';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';

/** From this share on we say that little is left. */
const NEARLY = 0.9;

/** How much of a cloud's quota is used, each resource as a bar, in figures and, where it gets tight, in words. */
@Component({
  selector: 'im-quota-bars',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ul>
      @for (row of rows(); track row.resource) {
        <li [attr.data-level]="row.level">
          <span class="name">{{ t(row.key) }}</span>
          @if (row.share !== undefined) {
            <span class="bar" aria-hidden="true"><span [style.width.%]="row.share * 100"></span></span>
          }
          <span>
            {{ row.figures }}
            @if (row.level; as level) {
              <strong>· {{ t(level) }}</strong>
            }
          </span>
        </li>
      }
    </ul>
  `,
  styles: `
    ul {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr));
      gap: var(--s3) var(--s5);
      padding: var(--s1) var(--s4) var(--s3);
    }
    li {
      display: flex;
      flex-direction: column;
      gap: 2px;
    }
    .name {
      color: var(--text-muted);
      font-size: var(--text-xs);
    }
    .bar {
      height: 6px;
      background: var(--line);
    }
    .bar > span {
      display: block;
      height: 100%;
      background: var(--accent);
    }
    strong {
      font-weight: 500;
    }
    [data-level='quota.nearly'] strong {
      color: var(--warn);
    }
    [data-level='quota.nearly'] .bar > span {
      background: var(--warn);
    }
    [data-level='quota.full'] strong {
      color: var(--bad);
    }
    [data-level='quota.full'] .bar > span {
      background: var(--bad);
    }
    @media (forced-colors: active) {
      .bar {
        border-bottom: 1px solid CanvasText;
      }
      .bar > span,
      [data-level] .bar > span {
        background: CanvasText;
      }
    }
  `,
})
export class QuotaBars {
  readonly quota = input.required<CloudView['quota']>();
  private readonly formats = inject(Formats);
  protected readonly t = inject(I18n).t;

  protected readonly rows = computed(() =>
    this.quota().map(({ resource, used, limit }) => {
      const key = `quota.${resource}` as const;
      const figure = (value: number) => this.figure(resource, value);
      if (limit === undefined)
        return { resource, key, figures: this.t('quota.unlimited', { used: figure(used) }) };
      // A cloud may lower a limit below what is in use, or to nothing.
      const share = used >= limit ? 1 : used / limit;
      const level = share === 1 ? 'quota.full' : share >= NEARLY ? 'quota.nearly' : undefined;
      const figures = this.t('quota.of', { used: figure(used), limit: figure(limit) });
      return { resource, key, figures, share, level } as const;
    }),
  );

  private figure(resource: QuotaResource, value: number): string {
    switch (resource) {
      case 'memoryMb':
        return this.formats.memory(value);
      case 'imageBytes':
        return this.formats.size(value);
      case 'servers':
      case 'cores':
      case 'images':
        return this.formats.number(value);
    }
  }
}

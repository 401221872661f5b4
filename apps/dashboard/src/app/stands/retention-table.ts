import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import type { RetentionItem } from '@image-manager/contracts';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';
import { Clock } from '../live/clock';
import { ImageStateMark } from '../status/image-state';

type Verdict = `retention.${'keep' | 'delete' | 'gone' | 'stayed'}`;

/** Images with what retention decides about each, or what became of it, those that go first. */
@Component({
  selector: 'im-retention-table',
  imports: [ImageStateMark],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './retention-table.html',
  styles: `
    th:first-child,
    td:first-child {
      padding-left: var(--s4);
    }
    .verdict {
      font-weight: 500;
      white-space: nowrap;
    }
    .goes,
    .problem {
      color: var(--bad);
    }
    .gone {
      color: var(--text-muted);
    }
  `,
})
export class RetentionTable {
  readonly items = input.required<RetentionItem[]>();
  /** These are what became of the images, not what would. */
  readonly done = input(false);
  protected readonly t = inject(I18n).t;
  protected readonly formats = inject(Formats);
  protected readonly now = inject(Clock).now;

  protected readonly rows = computed(() =>
    [...this.items()]
      .sort((a, b) => rank(a) - rank(b))
      .map((item) => ({ item, verdict: this.verdict(item), code: `retention.code.${item.code}` as const })),
  );

  private verdict({ verdict, problem }: RetentionItem): Verdict {
    if (verdict === 'keep') return 'retention.keep';
    if (!this.done()) return 'retention.delete';
    return problem === undefined ? 'retention.gone' : 'retention.stayed';
  }
}

/** What needs a person comes first, what stays last; the server's order within. */
function rank({ verdict, problem }: RetentionItem): number {
  if (problem !== undefined) return 0;
  return verdict === 'delete' ? 1 : 2;
}

import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatTooltip } from '@angular/material/tooltip';
import type { EndOfLifeView } from '@image-manager/contracts';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';

/** How long the distribution still gets updates: the phase that holds today, and those before and after it. */
@Component({
  selector: 'im-end-of-life',
  imports: [MatTooltip],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './end-of-life.html',
  styles: `
    .phase {
      display: flex;
      align-items: center;
      gap: 0.4em;
      color: var(--warn);
    }
    svg {
      flex: none;
    }
    .phase[data-phase='supported'] {
      color: var(--good);
    }
    .phase[data-phase='ended'] {
      color: var(--bad);
    }
    .phases {
      display: grid;
      grid-auto-columns: 1fr;
      grid-auto-flow: column;
      gap: 2px;
      max-width: 12rem;
      margin: 1px 0;
    }
    /* The bar is thin, what one points at is not. */
    li {
      padding: 5px 0;
    }
    li::before {
      content: '';
      display: block;
      height: 4px;
      background: var(--line);
    }
    li.over::before {
      background: var(--idle);
      opacity: 0.5;
    }
    li.now::before {
      background: var(--text-muted);
    }
    /* Over is hollow, now is full, to come is a line. */
    @media (forced-colors: active) {
      li::before {
        border-bottom: 1px solid CanvasText;
      }
      li.over::before {
        border: 1px solid CanvasText;
        opacity: 1;
      }
      li.now::before {
        background: CanvasText;
      }
    }
  `,
})
export class EndOfLife {
  readonly endOfLife = input<EndOfLifeView>();
  private readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  protected readonly tn = this.i18n.tn;
  protected readonly formats = inject(Formats);

  protected readonly phases = computed(() =>
    (this.endOfLife()?.phases ?? []).map(({ phase, until, over }) => {
      const name = this.t(this.phaseKey(phase));
      const date = this.formats.date(until);
      return {
        phase,
        over,
        now: phase === this.endOfLife()?.phase,
        words: this.t(over ? 'eol.phase.over' : 'eol.phase.until', { phase: name, date }),
      };
    }),
  );

  /** Of all support, when that is over. */
  protected readonly lastDay = computed(() => {
    const eol = this.endOfLife();
    return eol?.phase === 'ended' ? eol.phases.at(-1)?.until : undefined;
  });

  protected phaseKey(phase: EndOfLifeView['phase']) {
    return `eol.${phase}` as const;
  }
}

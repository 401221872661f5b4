import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { STAGE_NAMES, type StageName } from '@image-manager/contracts';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';

/** The six stages of the life cycle as a short track, filled up to where a running build is, and in words. */
@Component({
  selector: 'im-stage-track',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <span class="track" aria-hidden="true">
      @for (part of parts(); track part.stage) {
        <span><span [style.width.%]="part.share * 100"></span></span>
      }
    </span>
    <span class="words">{{ words() }}</span>
  `,
  styles: `
    :host {
      display: block;
    }
    .track {
      display: grid;
      grid-template-columns: 4fr repeat(5, 1fr);
      gap: 2px;
      max-width: 16rem;
    }
    .track > span {
      height: 5px;
      background: var(--line);
    }
    .track > span > span {
      display: block;
      height: 100%;
      background: var(--accent);
      transition: width 0.3s;
    }
    @media (forced-colors: active) {
      .track > span {
        border-bottom: 1px solid CanvasText;
      }
      .track > span > span {
        background: CanvasText;
      }
    }
    .words {
      color: var(--accent);
    }
  `,
})
export class StageTrack {
  readonly stage = input<StageName>();
  /** 0 to 1, of that stage. */
  readonly progress = input<number>();
  private readonly formats = inject(Formats);
  private readonly t = inject(I18n).t;

  protected readonly parts = computed(() => {
    const stage = this.stage();
    const at = stage === undefined ? -1 : STAGE_NAMES.indexOf(stage);
    return STAGE_NAMES.map((name, index) => ({
      stage: name,
      share: index < at ? 1 : index === at ? (this.progress() ?? 0.1) : 0,
    }));
  });

  protected readonly words = computed(() => {
    const stage = this.stage();
    if (stage === undefined) return this.t('status.running');
    const progress = this.progress();
    const name = this.t(`stage.${stage}`);
    return progress === undefined ? name : `${name} · ${this.formats.percent(progress)}`;
  });
}

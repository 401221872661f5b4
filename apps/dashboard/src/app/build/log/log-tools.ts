import {
  ChangeDetectionStrategy,
  Component,
  computed,
  inject,
  input,
  model,
  output,
  viewChild,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatButtonToggle } from '@angular/material/button-toggle';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { MatTooltip } from '@angular/material/tooltip';
import { type LogMark, STAGE_NAMES } from '@image-manager/contracts';
import { Formats } from '../../i18n/formats';
import { I18n } from '../../i18n/i18n';
import { ChoiceMark } from './choice-mark';
import type { LineMark } from './line-mark';
import type { LineFilter } from './line-source';
import { LogPreferences, TIME_STYLES } from './log-preferences';

/** What there is to copy. */
export type Copy = 'marked' | 'visible' | 'link';

/** Everything that can be done with a log besides searching it. */
@Component({
  selector: 'im-log-tools',
  imports: [ChoiceMark, MatButton, MatButtonToggle, MatMenu, MatMenuItem, MatMenuTrigger, MatTooltip],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './log-tools.html',
  styleUrl: './log-tools.css',
})
export class LogTools {
  readonly clouds = input.required<string[]>();
  readonly filter = input.required<LineFilter>();
  /** The first lines of the stages. */
  readonly stages = input.required<readonly LogMark[]>();
  readonly firstError = input<number>();
  readonly total = input.required<number>();
  readonly mark = input<LineMark>();
  readonly download = input.required<string>();
  /** No further lines will come. */
  readonly ended = input(false);
  readonly follow = model(false);
  readonly maximised = model(false);
  readonly outline = model(false);
  readonly show = output<LineFilter>();
  /** A line of the whole log. */
  readonly goTo = output<number>();
  /** The first or the last line that the filter leaves. */
  readonly toEdge = output<'begin' | 'end'>();
  readonly wantsCopy = output<Copy>();

  private readonly outlineToggle = viewChild.required<MatButtonToggle>('outlineToggle');
  private readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  protected readonly tn = this.i18n.tn;
  protected readonly formats = inject(Formats);
  protected readonly preferences = inject(LogPreferences);
  protected readonly stageNames = STAGE_NAMES;
  protected readonly timeStyles = TIME_STYLES;
  protected readonly marked = computed(() => {
    const mark = this.mark();
    return mark === undefined ? 0 : mark.to - mark.from + 1;
  });
  protected readonly filterName = computed(() => {
    const { stage, cloud } = this.filter();
    const words = [
      ...(stage === undefined ? [] : [this.t(`stage.${stage}`)]),
      ...(cloud === undefined ? [] : [cloud]),
    ];
    return words.length === 0 ? this.t('log.stage.all') : words.join(' · ');
  });

  focusOutline(): void {
    this.outlineToggle().focus();
  }

  protected place({ stage, cloud }: LogMark): string {
    const name = this.t(`stage.${stage}`);
    return cloud === '' ? name : `${name} · ${cloud}`;
  }

  protected useStage(stage: LineFilter['stage']): void {
    const { cloud } = this.filter();
    this.show.emit({ ...(stage === undefined ? {} : { stage }), ...(cloud === undefined ? {} : { cloud }) });
  }

  protected useCloud(cloud: string | undefined): void {
    const { stage } = this.filter();
    this.show.emit({ ...(stage === undefined ? {} : { stage }), ...(cloud === undefined ? {} : { cloud }) });
  }
}

import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  ElementRef,
  inject,
  Injector,
  input,
  output,
  viewChild,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatTooltip } from '@angular/material/tooltip';
import { RouterLink } from '@angular/router';
import { type DistroView, isFinal } from '@image-manager/contracts';
import { CauseTitles } from '../build/cause-titles';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';
import { Clock } from '../live/clock';
import { Action } from '../shell/action';
import { StageTrack } from '../status/stage-track';
import { StatusMark } from '../status/status-mark';
import { DefinitionProblemText } from './definition-problem';
import { displayName } from './display-name';
import { DistroMark } from './distro-mark';
import { EndOfLife } from './end-of-life';

/** One image definition. */
@Component({
  selector: 'im-distro-row',
  imports: [
    DefinitionProblemText,
    RouterLink,
    MatButton,
    MatTooltip,
    DistroMark,
    StatusMark,
    StageTrack,
    EndOfLife,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './distro-row.html',
  styleUrl: './distro-row.css',
})
export class DistroRow {
  readonly distro = input.required<DistroView>();
  /** The person wants a build as defined. */
  readonly build = output();
  /** The person wants to go on with the last build. */
  readonly retry = output();
  /** The person wants to choose options first. */
  readonly configure = output();
  /** Queueing a build of it; those of other definitions do not wait for that. */
  readonly action = new Action();

  private readonly injector = inject(Injector);
  private readonly actions = viewChild<ElementRef<HTMLElement>>('actions');
  private readonly watch = viewChild<unknown, ElementRef<HTMLElement>>('watch', { read: ElementRef });
  protected readonly busy = computed(() => this.action.running() !== undefined);
  protected readonly t = inject(I18n).t;
  protected readonly causeTitle = inject(CauseTitles).of;
  protected readonly formats = inject(Formats);
  protected readonly now = inject(Clock).now;

  protected readonly name = computed(() => displayName(this.distro()));
  /** Most clouds have the same image, so what is said of it is said once. */
  protected readonly current = computed(() => {
    const groups = new Map<string, DistroView['current']>();
    for (const image of this.distro().current) {
      const age = this.formats.ago(image.createdAt, this.now());
      const text = image.sizeBytes === undefined ? age : `${this.formats.size(image.sizeBytes)}, ${age}`;
      groups.set(text, [...(groups.get(text) ?? []), image]);
    }
    return [...groups].map(([text, images]) => ({ text, images }));
  });
  /** What the person most likely wants to do now. */
  protected readonly next = computed(() => {
    const last = this.distro().lastBuild;
    if (last === undefined) return 'build';
    if (!isFinal(last.status)) return 'watch';
    return last.status === 'failed' || last.status === 'partial' ? 'retry' : 'build';
  });

  constructor() {
    effect(() => {
      if (this.next() === 'watch') this.goOnWatching();
    });
  }

  /** Where the button stood that began the build, one watches it. */
  private goOnWatching(): void {
    // Before the buttons are drawn anew: the focus of somebody who is elsewhere is none of our business.
    const { activeElement } = document;
    if (
      !(activeElement instanceof HTMLButtonElement) ||
      !this.actions()?.nativeElement.contains(activeElement)
    )
      return;
    afterNextRender(
      () => {
        if (!activeElement.isConnected) this.watch()?.nativeElement.focus();
      },
      { injector: this.injector },
    );
  }
}

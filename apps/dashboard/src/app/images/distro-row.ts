import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import { type DistroView, isFinal } from '@image-manager/contracts';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';
import { Clock } from '../live/clock';
import { StageTrack } from '../status/stage-track';
import { StatusMark } from '../status/status-mark';
import { displayName } from './display-name';
import { EndOfLife } from './end-of-life';

/** One image definition. */
@Component({
  selector: 'im-distro-row',
  imports: [RouterLink, StatusMark, StageTrack, EndOfLife],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './distro-row.html',
  styleUrl: './distro-row.css',
})
export class DistroRow {
  readonly distro = input.required<DistroView>();
  /** The person wants a build as defined. */
  readonly build = output();
  /** The person wants to choose options first. */
  readonly configure = output();

  protected readonly t = inject(I18n).t;
  protected readonly formats = inject(Formats);
  protected readonly now = inject(Clock).now;

  protected readonly name = computed(() => displayName(this.distro()));
  protected readonly initial = computed(() => this.name().charAt(0).toUpperCase());
  protected readonly active = computed(() => {
    const last = this.distro().lastBuild;
    return last !== undefined && !isFinal(last.status);
  });
}

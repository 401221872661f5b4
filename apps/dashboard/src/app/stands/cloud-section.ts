import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  input,
  untracked,
} from '@angular/core';
import { RouterLink } from '@angular/router';
import type { CloudView } from '@image-manager/contracts';
import { Api } from '../api/api';
import { loader } from '../api/loader';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';
import { Clock } from '../live/clock';
import { Live } from '../live/live';
import { ProblemBox } from '../status/problem-box';
import { ImageTable } from './image-table';

/** One cloud: whether it can be reached, its images and our servers in it. */
@Component({
  selector: 'im-cloud-section',
  imports: [RouterLink, ImageTable, ProblemBox],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './cloud-section.html',
  styleUrl: './cloud-section.css',
})
export class CloudSection {
  readonly cloud = input.required<CloudView>();

  private readonly api = inject(Api);
  protected readonly t = inject(I18n).t;
  protected readonly formats = inject(Formats);
  protected readonly now = inject(Clock).now;

  private readonly name = computed(() => this.cloud().name);
  private readonly reachable = computed(() => this.cloud().reachable);
  protected readonly images = loader(() => this.api.images(this.name()));
  protected readonly details = computed(() => Object.entries(this.cloud().details));

  constructor() {
    effect(() => {
      this.name();
      const reachable = this.reachable();
      untracked(() => {
        // An unreachable cloud's images cannot be listed; they are asked for once it is back.
        if (reachable) this.images.restart();
        else this.images.stop();
      });
    });
    inject(Live).watch({
      images: ({ cloud }) => {
        if (cloud === this.name()) this.images.refresh();
      },
      reconnect: () => {
        if (this.reachable()) this.images.refresh();
      },
    });
  }

  protected flavor(flavor: NonNullable<CloudView['flavor']>): string {
    return this.t('stands.flavor.value', {
      name: flavor.name,
      vcpus: flavor.vcpus,
      memory: this.formats.memory(flavor.memoryMb),
      disk: this.formats.disk(flavor.diskGb),
    });
  }
}

import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  input,
  output,
  untracked,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { CloudName, CloudView, StageStatus } from '@image-manager/contracts';
import { Api } from '../api/api';
import { loader } from '../api/loader';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';
import { Clock } from '../live/clock';
import { Live } from '../live/live';
import { ProblemBox } from '../status/problem-box';
import { CloudImages } from './cloud-images';
import type { ImageFilter } from './image-choice';
import { LeaksPanel } from './leaks-panel';
import { QuotaBars } from './quota-bars';
import { RetentionPanel } from './retention-panel';
import { ServerTable } from './server-table';

/** What clouds tell of themselves. */
const DETAILS = [
  'directory',
  'qemu',
  'accelerator',
  'authUrl',
  'region',
  'project',
  'glance',
  'nova',
  'novaMicroversion',
] as const;

/** One cloud: whether it can be reached, what we use of it, its images and our servers in it, and what may go. */
@Component({
  selector: 'im-cloud-section',
  imports: [CloudImages, LeaksPanel, MatButton, ProblemBox, QuotaBars, RetentionPanel, ServerTable],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './cloud-section.html',
  styleUrl: './cloud-section.css',
})
export class CloudSection {
  readonly cloud = input.required<CloudName>();
  readonly filter = input.required<ImageFilter>();
  /** The person wants to see all images again. */
  readonly unfilter = output();

  private readonly api = inject(Api);
  protected readonly t = inject(I18n).t;
  protected readonly formats = inject(Formats);
  protected readonly now = inject(Clock).now;
  /** Each section asks for its own cloud: one that does not answer keeps nobody from the others. */
  protected readonly view = loader(() => this.api.cloud(this.cloud().name));
  protected readonly details = computed(() => Object.entries(this.view.data()?.details ?? {}));
  private readonly stageStatuses = new Map<string, StageStatus>();

  constructor() {
    effect(() => {
      this.cloud();
      untracked(() => {
        this.view.restart();
      });
    });
    const refresh = (): void => {
      this.view.refresh();
    };
    inject(Live).watch({
      build: refresh,
      images: ({ cloud }) => {
        if (cloud === this.cloud().name) refresh();
      },
      reconnect: refresh,
      // A server comes with the boot stage and goes with the cleanup; progress in between changes nothing here.
      stage: ({ buildId, stage, cloud, status }) => {
        const key = `${buildId} ${stage} ${cloud}`;
        if (this.stageStatuses.get(key) === status) return;
        this.stageStatuses.set(key, status);
        refresh();
      },
    });
  }

  /** A detail that we have no word for is called as the cloud calls it. */
  protected detailName(key: string): string {
    const known = DETAILS.find((name) => name === key);
    return known === undefined ? key : this.t(`stands.detail.${known}`);
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

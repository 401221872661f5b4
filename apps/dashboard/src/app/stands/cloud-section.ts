import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  ElementRef,
  inject,
  input,
  output,
  untracked,
  viewChild,
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
import { causeText } from '../build/cause-text';
import { AcceleratorFindings } from './accelerator-findings';
import { CloudImages } from './cloud-images';
import type { CloudStanding } from './cloud-standing';
import type { Fold, ImageFilter } from './image-choice';
import { LeaksPanel } from './leaks-panel';
import { QuotaBars } from './quota-bars';
import { RetentionPanel } from './retention-panel';
import { ServerTable } from './server-table';

/** What clouds tell of themselves. */
const DETAILS = [
  'directory',
  'qemu',
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
  imports: [
    AcceleratorFindings,
    CloudImages,
    LeaksPanel,
    MatButton,
    ProblemBox,
    QuotaBars,
    RetentionPanel,
    ServerTable,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './cloud-section.html',
  styleUrl: './cloud-section.css',
})
export class CloudSection {
  readonly cloud = input.required<CloudName>();
  readonly filter = input.required<ImageFilter>();
  /** What of its images a person has unfolded. */
  readonly open = input.required<ReadonlySet<Fold>>();
  readonly fold = output<Fold>();
  /** How it stands, each time that it is known anew. */
  readonly judged = output<CloudStanding>();
  /** The person wants to see all images again. */
  readonly unfilter = output();

  private readonly api = inject(Api);
  private readonly i18n = inject(I18n);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly heading = viewChild.required<ElementRef<HTMLElement>>('heading');
  private readonly leaksPanel = viewChild(LeaksPanel);
  protected readonly t = this.i18n.t;
  protected readonly tn = this.i18n.tn;
  protected readonly formats = inject(Formats);
  protected readonly now = inject(Clock).now;
  /** Each section asks for its own cloud: one that does not answer keeps nobody from the others. */
  protected readonly view = loader(() => this.api.cloud(this.cloud().name));
  protected readonly details = computed(() => Object.entries(this.view.data()?.details ?? {}));
  /** The API speaks English; what the code means is said in the reader's language. */
  protected readonly problemText = computed(() => {
    const problem = this.view.data()?.problem;
    return problem && causeText(problem.code, this.i18n.language());
  });
  protected readonly leaks = computed(() => this.leaksPanel()?.count());
  private readonly stageStatuses = new Map<string, StageStatus>();

  constructor() {
    effect(() => {
      this.cloud();
      untracked(() => {
        this.view.restart();
      });
    });
    effect(() => {
      const reachable = this.view.data()?.reachable;
      const leaks = this.leaks();
      if (reachable === false) this.judged.emit({ reachable, leaks: 0 });
      else if (reachable && leaks !== undefined) this.judged.emit({ reachable, leaks });
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

  /** Takes the eyes and the keyboard there. */
  reveal(): void {
    this.host.nativeElement.scrollIntoView({ block: 'start' });
    this.heading().nativeElement.focus({ preventScroll: true });
  }

  protected revealLeaks(): void {
    this.leaksPanel()?.reveal();
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

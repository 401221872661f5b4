import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  type ElementRef,
  inject,
  input,
  output,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInputModule } from '@angular/material/input';
import { MatSelectModule } from '@angular/material/select';
import type { ImageView } from '@image-manager/contracts';
import { Api } from '../api/api';
import { loader } from '../api/loader';
import { ConfirmDialog } from '../dialog/confirm-dialog';
import { keepFocus } from '../dialog/keep-focus';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';
import { Live } from '../live/live';
import { Action } from '../shell/action';
import { Notices } from '../shell/notices';
import { ProblemBox } from '../status/problem-box';
import { type Adoption, AdoptDialog } from './adopt-dialog';
import { chooseImages, needsSearch, SHOWN_STATES, type ShownState } from './image-choice';
import { ImageTable } from './image-table';

/** A cloud's images, and what a person may do to one: make it current again, or take it in. */
@Component({
  selector: 'im-cloud-images',
  imports: [
    AdoptDialog,
    ConfirmDialog,
    ImageTable,
    MatButtonModule,
    MatFormFieldModule,
    MatInputModule,
    MatSelectModule,
    ProblemBox,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './cloud-images.html',
  styleUrl: './cloud-images.css',
})
export class CloudImages {
  /** The cloud's name. */
  readonly cloud = input.required<string>();
  /** Something was done that other parts of the cloud's section show too. */
  readonly changed = output();

  private readonly api = inject(Api);
  private readonly notices = inject(Notices);
  private readonly heading = viewChild.required<ElementRef<HTMLElement>>('heading');
  private readonly area = viewChild.required<ElementRef<HTMLElement>>('area');
  private readonly question = viewChild.required(ConfirmDialog);
  private readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  protected readonly tn = this.i18n.tn;
  protected readonly formats = inject(Formats);
  protected readonly action = new Action();
  protected readonly images = loader(() => this.api.images(this.cloud()));

  protected readonly states = SHOWN_STATES;
  protected readonly text = signal('');
  protected readonly state = signal<ShownState | undefined>(undefined);
  protected readonly foreign = signal(false);
  protected readonly searchable = computed(() => needsSearch(this.images.data() ?? []));
  /** Without the fields to narrow it, the whole list is shown. */
  protected readonly choice = computed(() => {
    const images = this.images.data() ?? [];
    if (!this.searchable()) return { shown: images, waiting: 0 };
    const state = this.state();
    return chooseImages(images, {
      text: this.text(),
      foreign: this.foreign(),
      ...(state === undefined ? {} : { state }),
    });
  });

  /** The image that the dialog asks to roll back to. */
  protected readonly asked = signal<ImageView | undefined>(undefined);
  /** The one that is current until then. */
  protected readonly replaced = computed(() =>
    this.images
      .data()
      ?.find((image) => image.ours && image.state === 'current' && image.distroId === this.asked()?.distroId),
  );

  constructor() {
    effect(() => {
      this.cloud();
      untracked(() => {
        this.images.restart();
      });
    });
    inject(Live).watch({
      images: ({ cloud }) => {
        if (cloud === this.cloud()) this.images.refresh();
      },
      reconnect: () => {
        this.images.refresh();
      },
    });
  }

  refresh(): void {
    this.images.refresh();
  }

  protected askRollBack(image: ImageView): void {
    this.asked.set(image);
    this.question().open();
  }

  protected rollBack(): void {
    const image = this.asked();
    if (image === undefined) return;
    const { name } = image;
    this.action.run(this.api.rollBackTo(image), {
      subject: image.id,
      failed: () => this.t('images.rollBack.failed', { name }),
      done: (current) => {
        this.notices.say(this.t('images.rollBack.done', { name: current.name, cloud: current.cloud }));
        this.finish();
      },
    });
  }

  protected adopt({ image, distroId, definition }: Adoption): void {
    const { name } = image;
    this.action.run(this.api.adopt(image, { distroId }), {
      subject: image.id,
      failed: () => this.t('images.adopt.failed', { name }),
      done: () => {
        this.notices.say(this.t('images.adopt.done', { name, definition }));
        this.finish();
      },
    });
  }

  /** The action's button goes with the image's state. */
  private finish(): void {
    keepFocus(this.area().nativeElement, this.heading().nativeElement);
    this.images.restart();
    this.changed.emit();
  }
}

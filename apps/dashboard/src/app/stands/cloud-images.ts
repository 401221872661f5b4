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
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { RouterLink } from '@angular/router';
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
import { DeleteDialog } from './delete-dialog';
import { chooseImages, type Fold, type ImageFilter } from './image-choice';
import { ImageTable } from './image-table';
import { ImageUses } from './image-uses';
import { isLastSeen } from './last-seen';
import { RetireDialog, type RetirementQuestion } from './retire-dialog';

/** Of more, nobody asks the cloud's services one after the other who stands on them. */
const FEW_FOREIGN = 20;

/** A cloud's images, and what a person may do to one: make it current again, take it in, hide it or delete it. */
@Component({
  selector: 'im-cloud-images',
  imports: [ConfirmDialog, ImageTable, MatButton, ProblemBox, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './cloud-images.html',
  styleUrl: './cloud-images.css',
})
export class CloudImages {
  /** The cloud's name. */
  readonly cloud = input.required<string>();
  readonly filter = input.required<ImageFilter>();
  /** What of it a person has unfolded. */
  readonly open = input.required<ReadonlySet<Fold>>();
  readonly fold = output<Fold>();
  /** Something was done that other parts of the cloud's section show too. */
  readonly changed = output();
  /** The person wants to see all images again. */
  readonly unfilter = output();

  private readonly api = inject(Api);
  private readonly dialogs = inject(MatDialog);
  private readonly notices = inject(Notices);
  private readonly heading = viewChild.required<ElementRef<HTMLElement>>('heading');
  private readonly area = viewChild.required<ElementRef<HTMLElement>>('area');
  private readonly question = viewChild.required(ConfirmDialog);
  private readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  protected readonly formats = inject(Formats);
  protected readonly action = new Action();
  protected readonly images = loader(() => this.api.images(this.cloud()));

  protected readonly groups = computed(() =>
    chooseImages(this.images.data() ?? [], { ...this.filter(), open: this.open() }),
  );
  private readonly shown = computed(() => this.groups().flatMap(({ images }) => images));
  protected readonly count = computed(() => this.shown().length);
  protected readonly isNarrowed = computed(
    () => this.filter().text.trim() !== '' || this.filter().state !== undefined,
  );
  protected readonly uses = new ImageUses((image) => this.api.imageUsage(image));

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
      const shown = this.shown();
      const ours = shown.filter((image) => image.ours);
      this.uses.ask(shown.length - ours.length <= FEW_FOREIGN ? shown : ours);
    });
    effect(() => {
      this.cloud();
      untracked(() => {
        this.images.restart();
      });
    });
    inject(Live).watch({
      images: ({ cloud }) => {
        if (cloud === this.cloud()) this.refresh();
      },
      reconnect: () => {
        this.refresh();
      },
    });
  }

  refresh(): void {
    this.uses.forget();
    this.images.refresh();
  }

  /** The button goes with what it stands beside. */
  protected showAll(): void {
    keepFocus(this.area().nativeElement, this.heading().nativeElement);
    this.unfilter.emit();
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

  protected askAdopt(image: ImageView): void {
    if (this.action.running() !== undefined) return;
    this.dialogs
      .open<AdoptDialog, ImageView, Adoption>(AdoptDialog, { data: image, width: '34rem' })
      .afterClosed()
      .subscribe((adoption) => {
        if (adoption) this.adopt(image, adoption);
      });
  }

  protected askDelete(image: ImageView): void {
    this.dialogs
      .open<DeleteDialog, ImageView, boolean>(DeleteDialog, { data: image, width: '36rem' })
      .afterClosed()
      .subscribe((isDone) => {
        if (isDone) this.tell('images.delete.done', image);
      });
  }

  protected askRetire(image: ImageView): void {
    this.dialogs
      .open<RetireDialog, RetirementQuestion, boolean>(RetireDialog, {
        data: { image, isLast: isLastSeen(image, this.images.data() ?? []) },
        width: '36rem',
      })
      .afterClosed()
      .subscribe((isDone) => {
        if (isDone) this.tell('images.retire.done', image);
      });
  }

  private tell(key: 'images.delete.done' | 'images.retire.done', { name, cloud }: ImageView): void {
    this.notices.say(this.t(key, { name, cloud }));
    this.finish();
  }

  private adopt(image: ImageView, { distroId, definition }: Adoption): void {
    const { name } = image;
    this.action.run(this.api.adopt(image, { distroId }), {
      subject: image.id,
      failed: () => this.t('images.adopt.failed', { name }),
      done: ({ state }) => {
        const key = state === 'current' ? 'images.adopt.done.current' : 'images.adopt.done';
        this.notices.say(this.t(key, { name, definition }));
        this.finish();
      },
    });
  }

  /** The action's button goes with the image's state. */
  private finish(): void {
    keepFocus(this.area().nativeElement, this.heading().nativeElement);
    this.uses.forget();
    this.images.restart();
    this.changed.emit();
  }
}

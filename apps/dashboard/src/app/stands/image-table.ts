import { CdkCopyToClipboard } from '@angular/cdk/clipboard';
import { ChangeDetectionStrategy, Component, computed, inject, input, output, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatMenuModule } from '@angular/material/menu';
import { RouterLink } from '@angular/router';
import type { ImageUsage, ImageView } from '@image-manager/contracts';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';
import { Clock } from '../live/clock';
import { Notices } from '../shell/notices';
import { ImageStateMark } from '../status/image-state';
import type { Fold, ImageGroup } from './image-choice';

/** Images of a cloud with what can be done to each, and their properties on demand. */
@Component({
  selector: 'im-image-table',
  imports: [CdkCopyToClipboard, ImageStateMark, MatButton, MatMenuModule, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './image-table.html',
  styleUrl: './image-table.css',
})
export class ImageTable {
  readonly groups = input.required<ImageGroup[]>();
  /** The image that something is done to now; meanwhile no other action starts. */
  readonly acting = input<string>();
  /** Who stands on each, as far as it is known, by id. */
  readonly uses = input.required<ReadonlyMap<string, ImageUsage>>();
  readonly fold = output<Fold>();
  readonly rollBack = output<ImageView>();
  readonly adopt = output<ImageView>();
  readonly retire = output<ImageView>();
  readonly delete = output<ImageView>();

  private readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  protected readonly tn = this.i18n.tn;
  protected readonly formats = inject(Formats);
  protected readonly now = inject(Clock).now;
  private readonly notices = inject(Notices);
  private readonly open = signal<ReadonlySet<string>>(new Set());

  protected readonly rows = computed(() =>
    this.groups().map(({ fold, images }) => ({
      fold,
      images: images.map((image) => ({
        image,
        open: this.open().has(image.id),
        use: this.uses().get(image.id),
        action: actionOf(image),
        oddity: oddityOf(image),
        trouble: troubleOf(image),
        properties: Object.entries(image.properties).sort(([a], [b]) => a.localeCompare(b)),
      })),
    })),
  );

  protected act(action: ImageAction, image: ImageView): void {
    if (this.acting() !== undefined) return;
    if (action === 'rollBack') this.rollBack.emit(image);
    else this.adopt.emit(image);
  }

  /** While it is under way, its name says so and still of which image. */
  protected actionName(action: ImageAction, { id, name }: ImageView): string {
    return this.t(this.acting() === id ? `images.${action}.running.of` : `images.${action}.of`, { name });
  }

  protected useOf({ servers, volumes, seesAllProjects }: ImageUsage): string {
    const users = [
      ...(servers > 0 ? [this.i18n.tn('stands.use.servers', servers)] : []),
      ...(volumes > 0 ? [this.i18n.tn('stands.use.volumes', volumes)] : []),
    ];
    if (users.length > 0) return users.join(', ');
    return this.t(seesAllProjects ? 'stands.use.none' : 'stands.use.unseen');
  }

  protected copied(done: boolean, name: string): void {
    this.notices.say(this.t(done ? 'stands.copied' : 'stands.notCopied', { name }));
  }

  protected toggleProperties(id: string): void {
    this.open.update((open) => {
      const next = new Set(open);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }
}

type ImageAction = 'rollBack' | 'adopt';

/** An image that was rejected or rolled back from is never a target; neither is one whose bytes are not there. */
function actionOf(image: ImageView): ImageAction | undefined {
  if (!image.ours) return 'adopt';
  return image.state === 'retired' && image.status === 'active' ? 'rollBack' : undefined;
}

/** What its state does not say: an old image that users see, or one that they do not see and should, or that is not ours. */
function oddityOf({ ours, state, hidden }: ImageView): 'stands.hidden' | 'stands.visible' | undefined {
  const isShown = !ours || state === 'current';
  if (hidden === !isShown) return undefined;
  return hidden ? 'stands.hidden' : 'stands.visible';
}

/** Why no server can be started from it. */
function troubleOf({ status }: ImageView): 'stands.damaged' | 'stands.deactivated' | undefined {
  if (status === 'error') return 'stands.damaged';
  return status === 'deactivated' ? 'stands.deactivated' : undefined;
}

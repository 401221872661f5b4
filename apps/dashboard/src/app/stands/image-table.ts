import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { ImageView } from '@image-manager/contracts';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';
import { Clock } from '../live/clock';
import { ImageStateMark } from '../status/image-state';

const STATE_ORDER = ['current', 'candidate', 'retired', 'rejected', 'deleted'];

/** The images of a cloud, ours first, with their properties on demand. */
@Component({
  selector: 'im-image-table',
  imports: [RouterLink, ImageStateMark],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './image-table.html',
  styleUrl: './image-table.css',
})
export class ImageTable {
  readonly images = input.required<ImageView[]>();
  protected readonly t = inject(I18n).t;
  protected readonly formats = inject(Formats);
  protected readonly now = inject(Clock).now;
  private readonly open = signal<ReadonlySet<string>>(new Set());

  protected readonly rows = computed(() =>
    [...this.images()]
      .sort((a, b) => rank(a) - rank(b) || b.createdAt.localeCompare(a.createdAt))
      .map((image) => ({
        image,
        open: this.open().has(image.id),
        properties: Object.entries(image.properties).sort(([a], [b]) => a.localeCompare(b)),
      })),
  );

  protected toggleProperties(id: string): void {
    this.open.update((open) => {
      const next = new Set(open);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }
}

function rank(image: ImageView): number {
  return image.ours && image.state !== undefined ? STATE_ORDER.indexOf(image.state) : STATE_ORDER.length;
}

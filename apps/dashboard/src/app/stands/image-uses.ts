import { signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import type { ImageUsage, ImageView } from '@image-manager/contracts';
import { catchError, EMPTY, map, mergeMap, type Observable, Subject } from 'rxjs';

/** A cloud asks its services for each image. */
const AT_A_TIME = 3;

/** Who stands on the images that are shown, asked for each once. Needs an injection context. */
export class ImageUses {
  private readonly answers = signal<ReadonlyMap<string, ImageUsage>>(new Map());
  private readonly wanted = new Subject<ImageView>();
  private readonly asked = new Set<string>();
  /** By the image's id; what is absent is not known yet. */
  readonly known = this.answers.asReadonly();

  constructor(request: (image: ImageView) => Observable<ImageUsage>) {
    this.wanted
      .pipe(
        mergeMap(
          (image) =>
            request(image).pipe(
              // The image went meanwhile, or the cloud is away: the list says so.
              catchError(() => {
                this.asked.delete(image.id);
                return EMPTY;
              }),
              map((usage) => ({ id: image.id, usage })),
            ),
          AT_A_TIME,
        ),
        takeUntilDestroyed(),
      )
      .subscribe(({ id, usage }) => {
        this.answers.update((answers) => new Map(answers).set(id, usage));
      });
  }

  ask(images: ImageView[]): void {
    for (const image of images) {
      if (this.asked.has(image.id)) continue;
      this.asked.add(image.id);
      this.wanted.next(image);
    }
  }

  /** The next images that are shown are asked for anew; what is known stays until then. */
  forget(): void {
    this.asked.clear();
  }
}

import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  computed,
  ElementRef,
  inject,
  Injector,
  signal,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatCheckbox } from '@angular/material/checkbox';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatOption, MatSelect } from '@angular/material/select';
import type { BuildView, CreateBuild, DistroView, Problem } from '@image-manager/contracts';
import { Api } from '../api/api';
import { problemOf } from '../api/problem';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';
import { ProblemBox } from '../status/problem-box';
import { displayName } from './display-name';

const MINUTE_MS = 60_000;
const KEEP_CHOICES = [0, 30, 60, 240, 1440];
/** A select takes undefined for no choice at all, and shows none. */
const AS_DEFINED = 'asDefined';
const LISTS = ['packages', 'dibArguments'] as const;

/** Asks for what a single build gets beyond its definition, and queues it. Closes with the build. */
@Component({
  selector: 'im-build-options',
  imports: [
    MatButton,
    MatCheckbox,
    MatDialogModule,
    MatFormFieldModule,
    MatInput,
    MatOption,
    MatSelect,
    ProblemBox,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './build-options.html',
  styles: `
    form {
      display: grid;
      gap: var(--s4);
      padding-top: var(--s2);
    }
    fieldset {
      display: flex;
      flex-wrap: wrap;
      gap: 0 var(--s4);
      margin: 0;
      padding: 0;
      border: 0;
    }
    legend {
      padding: 0;
      color: var(--text-muted);
      font-size: var(--text-s);
    }
    textarea {
      resize: vertical;
    }
    .wrong {
      flex-basis: 100%;
      color: var(--bad);
    }
  `,
})
export class BuildOptions {
  private readonly distro = inject<DistroView>(MAT_DIALOG_DATA);
  private readonly dialog = inject<MatDialogRef<BuildOptions, BuildView>>(MatDialogRef);
  private readonly api = inject(Api);
  private readonly formats = inject(Formats);
  protected readonly t = inject(I18n).t;

  protected readonly name = displayName(this.distro);
  protected readonly definedMinutes = this.distro.definition?.keepFailedServerMinutes ?? 0;
  protected readonly keepChoices = KEEP_CHOICES.filter((minutes) => minutes !== this.definedMinutes);
  protected readonly asDefined = AS_DEFINED;
  protected readonly keepMinutes = signal<number | typeof AS_DEFINED>(AS_DEFINED);
  protected readonly clouds = signal<string[]>(this.distro.definition?.clouds ?? []);
  protected readonly chosen = signal<ReadonlySet<string>>(new Set(this.clouds()));
  /** What was asked for last, which the server's complaints count through. */
  private readonly asked = signal<CreateBuild | undefined>(undefined);
  private readonly refusal = signal<Problem | undefined>(undefined);
  /** Complaints about a word of a list, each to be shown at its field. */
  protected readonly complaints = computed(() =>
    (this.refusal()?.errors ?? []).flatMap((error) => {
      const [field, index] = error.field.split('.');
      const list = LISTS.find((name) => name === field);
      const word = list && index ? this.asked()?.[list]?.[Number(index)] : undefined;
      return list && word !== undefined ? [{ error, list, word }] : [];
    }),
  );
  /** The rest of the refusal. */
  protected readonly problem = computed(() => {
    const refusal = this.refusal();
    const placed = this.complaints().map(({ error }) => error);
    return (
      refusal && { ...refusal, errors: refusal.errors?.filter((error) => !placed.includes(error)) ?? [] }
    );
  });
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly injector = inject(Injector);
  private readonly sending = signal(false);
  protected readonly ready = computed(
    () => !this.sending() && (this.clouds().length === 0 || this.chosen().size > 0),
  );

  constructor() {
    // A definition that names no clouds goes to each one there is. Without their names there is no choice, but a build.
    if (this.clouds().length === 0) {
      this.api.clouds().subscribe({
        next: (list) => {
          this.clouds.set(list.map(({ name }) => name));
          this.chosen.set(new Set(this.clouds()));
        },
        error: () => undefined,
      });
    }
  }

  protected choose(cloud: string, on: boolean): void {
    const chosen = new Set(this.chosen());
    if (on) chosen.add(cloud);
    else chosen.delete(cloud);
    this.chosen.set(chosen);
  }

  protected kept(minutes: number): string {
    return minutes === 0 ? this.t('options.keep.not') : this.formats.duration(minutes * MINUTE_MS);
  }

  protected submit(event: Event, packages: string, dibArguments: string): void {
    event.preventDefault();
    if (!this.ready()) return;
    this.sending.set(true);
    this.refusal.set(undefined);
    const wish = this.wish(packages, dibArguments);
    this.asked.set(wish);
    this.api.createBuild(wish).subscribe({
      next: (build) => {
        this.dialog.close(build);
      },
      error: (error: unknown) => {
        this.sending.set(false);
        this.refusal.set(problemOf(error));
        afterNextRender(
          () => {
            this.element.querySelector('.wrong, im-problem')?.scrollIntoView({ block: 'nearest' });
            this.fieldOf(this.complaints()[0]?.list)?.focus({ preventScroll: true });
          },
          { injector: this.injector },
        );
      },
    });
  }

  private fieldOf(list: (typeof LISTS)[number] | undefined): HTMLElement | null {
    return list === undefined ? null : this.element.querySelector<HTMLElement>(`[data-list=${list}]`);
  }

  private wish(packages: string, dibArguments: string): CreateBuild {
    const keepFailedServerMinutes = this.keepMinutes();
    const isChoice = this.chosen().size < this.clouds().length;
    return {
      distroId: this.distro.id,
      packages: packages.split(/[\s,]+/).filter((name) => name !== ''),
      dibArguments: dibArguments
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
      ...(isChoice ? { clouds: [...this.chosen()] } : {}),
      ...(keepFailedServerMinutes === AS_DEFINED ? {} : { keepFailedServerMinutes }),
    };
  }
}

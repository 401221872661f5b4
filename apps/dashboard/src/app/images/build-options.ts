import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
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
  /** Undefined: as the definition says. */
  protected readonly keepMinutes = signal<number | undefined>(undefined);
  protected readonly clouds = signal<string[]>(this.distro.definition?.clouds ?? []);
  protected readonly chosen = signal<ReadonlySet<string>>(new Set(this.clouds()));
  protected readonly problem = signal<Problem | undefined>(undefined);
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
    this.problem.set(undefined);
    this.api.createBuild(this.wish(packages, dibArguments)).subscribe({
      next: (build) => {
        this.dialog.close(build);
      },
      error: (error: unknown) => {
        this.sending.set(false);
        this.problem.set(problemOf(error));
      },
    });
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
      ...(keepFailedServerMinutes === undefined ? {} : { keepFailedServerMinutes }),
    };
  }
}

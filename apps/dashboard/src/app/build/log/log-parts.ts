import { computed, effect, type Signal, untracked } from '@angular/core';
import type { BuildView, LogLine } from '@image-manager/contracts';
import { isFinal } from '@image-manager/contracts';
import type { Api } from '../../api/api';
import { loader } from '../../api/loader';
import { DibPhases } from './dib-phases';
import { placeOf } from './outline-rows';
import { StageMarks } from './stage-marks';

/**
 * What the log of a build consists of: as the server says, and as new lines tell. Stages and the first error are known soon; what
 * disk-image-create did takes the server a look at the whole log, and nothing waits for it. Needs an injection context.
 */
export class LogParts {
  readonly stages = new StageMarks();
  readonly phases = new DibPhases();
  private readonly marksLoaded;
  private readonly outlineLoaded;
  /** Null when they cannot be had. */
  readonly marks;
  readonly firstError = computed(() => this.marks()?.firstError);
  readonly problem = computed(() => this.marksLoaded.problem() ?? this.outlineProblem());
  /** Of a hidden outline nobody needs to hear. */
  private readonly outlineProblem = computed(() =>
    this.outlined() ? this.outlineLoaded.problem() : undefined,
  );
  /** The first line of what a line belongs to. Lines of several clouds stand among one another; those of the build do not. */
  readonly placeOf = computed(() => {
    const marks = this.stages.all();
    const parts = this.phases.all().flatMap(({ line, scripts }) => [line, ...scripts.map((one) => one.line)]);
    const begins = [...marks.map(({ line }) => line), ...parts].sort((a, b) => a - b);
    return (n: number, line: LogLine | undefined) =>
      line === undefined || line.stage === 'build'
        ? placeOf(begins, n)
        : marks.find(({ stage, cloud }) => stage === line.stage && cloud === line.cloud)?.line;
  });

  /** @param outlined whether the outline is shown; without it, what is in it is not asked for. */
  constructor(
    api: Api,
    build: Signal<BuildView>,
    private readonly outlined: Signal<boolean>,
  ) {
    const id = computed(() => build().id);
    const ended = computed(() => isFinal(build().status));
    this.marksLoaded = loader(() => api.logMarks(id()));
    this.outlineLoaded = loader(() => api.logOutline(id()));
    this.marks = computed(
      () => this.marksLoaded.data() ?? (this.marksLoaded.problem() === undefined ? undefined : null),
    );
    // The cause is known when the build has ended.
    effect(() => {
      ended();
      id();
      untracked(() => {
        this.marksLoaded.restart();
      });
    });
    effect(() => {
      if (!outlined()) return;
      id();
      untracked(() => {
        this.outlineLoaded.restart();
      });
    });
    effect(() => {
      const marks = this.marks();
      if (!marks) return;
      untracked(() => {
        this.stages.know(marks.stages);
      });
    });
    effect(() => {
      const outline = this.outlineLoaded.data();
      if (!outline) return;
      untracked(() => {
        this.phases.know(outline.phases, outline.total);
      });
    });
  }

  /** New lines, in order. */
  see(lines: readonly LogLine[]): void {
    this.stages.see(lines);
    this.phases.see(lines);
  }

  /** There are lines that were not seen here. */
  refresh(): void {
    this.marksLoaded.refresh();
    if (this.outlined()) this.outlineLoaded.refresh();
  }

  /** What could not be fetched is asked for again. */
  fetchAgain(): void {
    if (this.marksLoaded.problem()) this.marksLoaded.refresh();
    if (this.outlineProblem()) this.outlineLoaded.refresh();
  }
}

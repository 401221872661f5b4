import {
  activity,
  dibWordOf,
  type Activity,
  type ActivityCode,
  type DibWord,
} from '@image-manager/contracts';

/** What DIB does at a line of its output. */
export interface DibStep {
  /** DIB's own phase, such as `install.d`; `prepare`, `block-device` and `convert` for what has no hooks. */
  phase: string;
  /** The element script that runs. */
  script?: string;
  /** 0 to 1, never falling. */
  progress: number;
  /** For a person. */
  activity: Activity;
}

interface Step {
  phase: string;
  /** Without its number; the phase's other scripts share the step that names none. */
  script?: RegExp;
  /** Seconds, measured on a build of debian-minimal with vm on two cores. */
  seconds: number;
  /** Lines it printed there; within a step progress goes by them. */
  lines: number;
  activity: ActivityCode & `dib.${string}`;
}

/** In the order in which DIB takes them. */
const STEPS: readonly Step[] = [
  { phase: 'prepare', seconds: 2, lines: 100, activity: 'dib.prepare' },
  {
    phase: 'root.d',
    script: /debootstrap$/,
    seconds: 35,
    lines: 460,
    activity: 'dib.bootstrap',
  },
  { phase: 'root.d', seconds: 1, lines: 30, activity: 'dib.root' },
  {
    phase: 'root.d',
    script: /baseinstall$/,
    seconds: 28,
    lines: 490,
    activity: 'dib.base',
  },
  { phase: 'extra-data.d', seconds: 1, lines: 100, activity: 'dib.extraData' },
  { phase: 'pre-install.d', seconds: 8, lines: 250, activity: 'dib.preInstall' },
  {
    phase: 'install.d',
    script: /package-installs$/,
    seconds: 75,
    lines: 700,
    activity: 'dib.packages',
  },
  { phase: 'install.d', seconds: 5, lines: 130, activity: 'dib.install' },
  { phase: 'post-install.d', seconds: 8, lines: 130, activity: 'dib.postInstall' },
  { phase: 'post-root.d', seconds: 1, lines: 100, activity: 'dib.postRoot' },
  { phase: 'block-device', seconds: 8, lines: 40, activity: 'dib.disk' },
  { phase: 'pre-finalise.d', seconds: 1, lines: 90, activity: 'dib.preFinalise' },
  { phase: 'finalise.d', seconds: 10, lines: 450, activity: 'dib.bootLoader' },
  { phase: 'cleanup.d', seconds: 2, lines: 150, activity: 'dib.clean' },
  { phase: 'convert', seconds: 8, lines: 3, activity: 'dib.convert' },
];
const TOTAL_SECONDS = STEPS.reduce((sum, step) => sum + step.seconds, 0);

/** A step that prints more lines than expected creeps on, but does not reach the next one's share. */
const MOST_OF_A_STEP = 0.95;

/** Reads DIB's output line by line and tells how far the build is; each build needs its own. */
export class DibProgress {
  private index = 0;
  private script: string | undefined;
  private linesInStep = 0;
  private reported = 0;
  /** The step whose own script was seen last. */
  private longest = -1;

  /** @param printed a line with or without its colours. @returns the state after the line when it changed by a hundredth, a step or a script; else undefined. */
  feed(printed: string): DibStep | undefined {
    const word = dibWordOf(printed);
    const before = { index: this.index, script: this.script };
    this.linesInStep++;
    if (word?.kind === 'done') {
      this.reported = 1;
      return this.state(1);
    }
    this.advance(word);
    const progress = Math.max(this.reported, this.progress());
    const moved = before.index !== this.index || before.script !== this.script;
    if (!moved && progress - this.reported < 0.01) return undefined;
    this.reported = progress;
    return this.state(progress);
  }

  private advance(word: DibWord | undefined): void {
    if (word?.kind === 'script') this.enter(word.phase, word.script);
    else if (word?.kind === 'phase' || word?.kind === 'environment') this.enter(word.phase);
  }

  private enter(phase: string, script?: string): void {
    this.script = STEPS.some((step) => step.phase === phase) ? script : this.script;
    const next = this.stepFor(phase, script);
    if (next <= this.index) return;
    this.index = next;
    this.linesInStep = 0;
  }

  /** Phases that DIB has beyond ours belong to the step before; so do small scripts before a phase's long one. */
  private stepFor(phase: string, script?: string): number {
    const named = STEPS.findIndex((step) => step.phase === phase && step.script?.test(script ?? ''));
    if (named >= 0) {
      this.longest = named;
      return named;
    }
    const first = STEPS.findIndex((step) => step.phase === phase);
    if (first !== this.longest) return first;
    return STEPS.findIndex((step, index) => index > first && step.phase === phase && !step.script);
  }

  private progress(): number {
    const done = STEPS.slice(0, this.index).reduce((sum, step) => sum + step.seconds, 0);
    const step = STEPS[this.index];
    const within = step ? step.seconds * Math.min(MOST_OF_A_STEP, this.linesInStep / step.lines) : 0;
    return (done + within) / TOTAL_SECONDS;
  }

  private state(progress: number): DibStep {
    const step = STEPS[this.index];
    return {
      phase: step?.phase ?? '',
      ...(this.script && { script: this.script }),
      progress: Math.round(progress * 1000) / 1000,
      activity: activity(step?.activity ?? 'dib.prepare'),
    };
  }
}

import { dibWordOf } from './dib-words.js';
import type { LogLine } from './life-cycle.js';
import type { LogPhase, LogScript } from './rest-logs.js';

/** What disk-image-create did one after the other, and how long it took, from the lines of a build's log. */
export class DibOutline {
  private readonly known: LogPhase[];

  /** @param phases what lines before have told. */
  constructor(phases: readonly LogPhase[] = []) {
    this.known = phases.map(copyOf);
  }

  get phases(): LogPhase[] {
    return this.known.map(copyOf);
  }

  /** Lines have to come in order. @returns whether the outline is another one now. */
  read(line: LogLine): boolean {
    if (line.stage !== 'build' || line.stream !== 'stdout') return false;
    const word = dibWordOf(line.text);
    switch (word?.kind) {
      case undefined:
        return false;
      case 'phase':
        this.begin(word.phase, line);
        return true;
      case 'environment':
        return this.goOn(word.phase, line);
      case 'script':
        this.goOn(word.phase, line);
        this.endScript(line.at);
        this.known.at(-1)?.scripts.push({ name: word.script, line: line.n, at: line.at });
        return true;
      case 'completed':
        if (this.lastScript()?.name === word.script) this.endScript(line.at);
        return true;
      case 'profile':
        return this.profile(word.script, word.ms);
      case 'done':
        this.endPhase(line.at);
        return true;
    }
  }

  private begin(name: string, { n, at }: LogLine): void {
    this.endPhase(at);
    this.known.push({ name, line: n, at, scripts: [] });
  }

  /** Begins the phase where nobody has said so. @returns whether it did */
  private goOn(name: string, line: LogLine): boolean {
    const last = this.known.at(-1);
    if (last?.name === name && last.durationMs === undefined) return false;
    this.begin(name, line);
    return true;
  }

  private endPhase(at: number): void {
    this.endScript(at);
    const phase = this.known.at(-1);
    if (phase) phase.durationMs ??= Math.max(0, at - phase.at);
  }

  /** One that has not said so, too: the next has begun. */
  private endScript(at: number): void {
    const script = this.lastScript();
    if (script) script.durationMs ??= Math.max(0, at - script.at);
  }

  private lastScript(): LogScript | undefined {
    return this.known.at(-1)?.scripts.at(-1);
  }

  private profile(name: string, ms: number): boolean {
    const script = this.known.at(-1)?.scripts.find((one) => one.name === name);
    if (script) script.durationMs = ms;
    return script !== undefined;
  }
}

function copyOf(phase: LogPhase): LogPhase {
  return { ...phase, scripts: phase.scripts.map((script) => ({ ...script })) };
}

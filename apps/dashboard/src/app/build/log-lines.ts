import { signal } from '@angular/core';
import type { LogLine, StageName } from '@image-manager/contracts';

/**
 * The lines of one build's log that this page holds, whole and per stage. Lists grow in place and are never copied:
 * a log has many lines, and `version` says when to look again.
 */
export class LogLines {
  private readonly all: LogLine[] = [];
  private readonly byStage = new Map<StageName, LogLine[]>();
  private readonly count = signal(0);
  /** Characters of the longest line so far, for the width of the scrolled area. */
  longest = 0;

  /** Changes with every batch. */
  readonly version = this.count.asReadonly();

  append(lines: LogLine[]): void {
    for (const line of lines) {
      this.all.push(line);
      const stage = this.byStage.get(line.stage);
      if (stage === undefined) this.byStage.set(line.stage, [line]);
      else stage.push(line);
      if (line.text.length > this.longest) this.longest = line.text.length;
    }
    this.count.set(this.all.length);
  }

  /** The lines of one stage, or all of them. */
  of(stage: StageName | undefined): readonly LogLine[] {
    return stage === undefined ? this.all : (this.byStage.get(stage) ?? []);
  }

  /** Number of a stage's first line. */
  firstOf(stage: StageName): number | undefined {
    return this.byStage.get(stage)?.[0]?.n;
  }
}

/** Index of the line with this number, or of the next one after it. Lines are in order. */
export function indexOfLine(lines: readonly LogLine[], n: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.n ?? Infinity) < n) low = middle + 1;
    else high = middle;
  }
  return low;
}

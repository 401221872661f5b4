import { computed, signal } from '@angular/core';
import type { LogLine, LogMark, StageName } from '@image-manager/contracts';

/** Where in a log the stages begin: as the server says, and as new lines tell. */
export class StageMarks {
  private readonly known = signal<ReadonlyMap<string, LogMark>>(new Map());
  /** By line number. */
  readonly all = computed(() => [...this.known().values()].sort((a, b) => a.line - b.line));

  readonly lines = computed<ReadonlySet<number>>(() => new Set(this.all().map(({ line }) => line)));

  know(marks: readonly LogMark[]): void {
    this.known.update((known) => new Map([...known, ...marks.map((mark) => [keyOf(mark), mark] as const)]));
  }

  /** New lines, in order. */
  see(lines: readonly LogLine[]): void {
    const fresh = new Map<string, LogMark>();
    for (const { stage, cloud, n } of lines) {
      const key = keyOf({ stage, cloud });
      if (!this.known().has(key) && !fresh.has(key)) fresh.set(key, { stage, cloud, line: n });
    }
    if (fresh.size > 0) this.know([...fresh.values()]);
  }

  lineOf(stage: StageName, cloud: string): number | undefined {
    return this.known().get(keyOf({ stage, cloud }))?.line;
  }
}

function keyOf({ stage, cloud }: Pick<LogMark, 'stage' | 'cloud'>): string {
  return `${stage} ${cloud}`;
}

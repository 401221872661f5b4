import { signal } from '@angular/core';
import { dibWordOf, DibOutline, type LogLine, type LogPhase } from '@image-manager/contracts';

/** What disk-image-create did: as the server says, and as new lines tell. */
export class DibPhases {
  private readonly told = signal<readonly LogPhase[]>([]);
  /** In the order in which they began. */
  readonly all = this.told.asReadonly();
  private outline: DibOutline | undefined;
  /** New lines that say something; what the server says may be older. */
  private lines: LogLine[] = [];

  /** What the lines up to number `total` say. */
  know(phases: readonly LogPhase[], total: number): void {
    this.lines = this.lines.filter(({ n }) => n > total);
    const outline = new DibOutline(phases);
    for (const line of this.lines) outline.read(line);
    this.outline = outline;
    this.told.set(outline.phases);
  }

  /** New lines, in order. */
  see(lines: readonly LogLine[]): void {
    const telling = lines.filter(({ text }) => dibWordOf(text) !== undefined);
    this.lines.push(...telling);
    const { outline } = this;
    if (outline === undefined) return;
    const news = telling.filter((line) => outline.read(line));
    if (news.length > 0) this.told.set(outline.phases);
  }
}

import { DOCUMENT, inject, Injectable, signal } from '@angular/core';
import type { Problem } from '@image-manager/contracts';

/** What an action did, or why it did not. */
export interface Notice {
  id: number;
  text: string;
  /** Path inside the dashboard, such as `/builds/12`. */
  link?: string;
  problem?: Problem;
  /** Does what failed once more; false when it cannot be done just now. */
  again?: () => boolean;
  /** What it is the newest word about: an earlier one is no longer true. */
  about?: string;
}

const SHOWN_MS = 8_000;
/** There is no room for more. */
const MOST = 3;

/**
 * Short messages about what an action did. Successes leave by themselves once they were in sight for a while, and earlier where
 * room is short; problems stay until dismissed.
 */
@Injectable({ providedIn: 'root' })
export class Notices {
  private readonly list = signal<Notice[]>([]);
  readonly all = this.list.asReadonly();
  private readonly document = inject(DOCUMENT);
  private nextId = 1;

  say(text: string, more: Pick<Notice, 'link' | 'about'> = {}): void {
    const id = this.add({ text, ...more });
    this.whenSeen(() => {
      setTimeout(() => {
        this.dismiss(id);
      }, SHOWN_MS);
    });
  }

  report(text: string, problem: Problem, again?: () => boolean): void {
    this.add({ text, problem, ...(again === undefined ? {} : { again }) });
  }

  repeat({ id, again }: Notice): void {
    if (again?.()) this.dismiss(id);
  }

  dismiss(id: number): void {
    this.list.update((list) => list.filter((notice) => notice.id !== id));
  }

  /** In a tab behind others nobody sees it yet. */
  private whenSeen(act: () => void): void {
    if (!this.document.hidden) {
      act();
      return;
    }
    const shown = () => {
      if (this.document.hidden) return;
      this.document.removeEventListener('visibilitychange', shown);
      act();
    };
    this.document.addEventListener('visibilitychange', shown);
  }

  private add(notice: Omit<Notice, 'id'>): number {
    const id = this.nextId++;
    this.list.update((list) =>
      fitting([...list.filter((other) => !isOutdated(other, notice)), { id, ...notice }]),
    );
    return id;
  }
}

/** Whoever changes a thing to and fro reads how it stands, not how it stood. */
function isOutdated({ about }: Notice, by: Omit<Notice, 'id'>): boolean {
  return about !== undefined && about === by.about;
}

/** No success pushes out a problem, and the newest one is always seen. */
function fitting(list: readonly Notice[]): Notice[] {
  const problems = list.filter(({ problem }) => problem !== undefined).slice(-MOST);
  const room = Math.max(1, MOST - problems.length);
  const successes = list.filter(({ problem }) => problem === undefined).slice(-room);
  return list.filter((notice) => problems.includes(notice) || successes.includes(notice));
}

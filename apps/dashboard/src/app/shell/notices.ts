import { Injectable, signal } from '@angular/core';
import type { Problem } from '@image-manager/contracts';

/** What an action did, or why it did not. */
export interface Notice {
  id: number;
  text: string;
  /** Path inside the dashboard, such as `/builds/12`. */
  link?: string;
  problem?: Problem;
}

const SHOWN_MS = 8_000;

/** Short messages about what an action did. Successes leave by themselves, problems stay until dismissed. */
@Injectable({ providedIn: 'root' })
export class Notices {
  private readonly list = signal<Notice[]>([]);
  readonly all = this.list.asReadonly();
  private nextId = 1;

  say(text: string, link?: string): void {
    const id = this.add({ text, ...(link === undefined ? {} : { link }) });
    setTimeout(() => {
      this.dismiss(id);
    }, SHOWN_MS);
  }

  report(text: string, problem: Problem): void {
    this.add({ text, problem });
  }

  dismiss(id: number): void {
    this.list.update((list) => list.filter((notice) => notice.id !== id));
  }

  private add(notice: Omit<Notice, 'id'>): number {
    const id = this.nextId++;
    this.list.update((list) => [...list.slice(-2), { id, ...notice }]);
    return id;
  }
}

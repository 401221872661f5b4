import {
  afterRenderEffect,
  ChangeDetectionStrategy,
  Component,
  computed,
  ElementRef,
  inject,
  input,
  output,
  signal,
  untracked,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { LogMark, LogPhase, StageView } from '@image-manager/contracts';
import { Formats } from '../../i18n/formats';
import { I18n } from '../../i18n/i18n';
import { Clock } from '../../live/clock';
import { StatusMark } from '../../status/status-mark';
import { type OutlineRow, type PhaseRow, type RowStatus, stageRows, type StageRow } from './outline-rows';

interface Here {
  line: number;
  depth: 'stage' | 'phase' | 'script';
}

/** What a build's log is made of: its stages, of the build stage DIB's phases and their scripts, and how long each took. */
@Component({
  selector: 'im-log-outline',
  imports: [MatButton, StatusMark],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './log-outline.html',
  styleUrl: './log-outline.css',
  host: { '(keydown)': 'onKey($event)' },
})
export class LogOutline {
  readonly buildId = input.required<number>();
  readonly marks = input.required<readonly LogMark[]>();
  readonly phases = input.required<readonly LogPhase[]>();
  readonly stages = input.required<readonly StageView[]>();
  /** The first line of what is read. */
  readonly reading = input<number>();
  /** It hides the log. */
  readonly sheet = input(false);
  /** A line of the log. */
  readonly goTo = output<number>();
  /** The person is done with it. */
  readonly left = output();

  private readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  private readonly formats = inject(Formats);
  private readonly clock = inject(Clock);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  protected readonly rows = computed(() => {
    const runs = this.stages().some(({ status }) => status === 'running');
    return stageRows(this.marks(), this.phases(), this.stages(), runs ? this.clock.known() : 0);
  });
  private readonly foldable = computed(() =>
    this.rows().flatMap(({ phases }) => phases.filter(({ scripts }) => scripts.length > 0)),
  );
  /** By first line: phases that a person has unfolded, or folded. */
  private readonly choices = signal<ReadonlyMap<number, boolean>>(new Map());
  protected readonly isFoldable = computed(() => this.foldable().length > 0);
  protected readonly allUnfolded = computed(() => this.foldable().every((phase) => this.isUnfolded(phase)));
  /** The first line of the row in sight that stands for what is read, and how deep that row is. */
  protected readonly here = computed<Here | undefined>(
    () => {
      const line = this.reading();
      if (line === undefined) return undefined;
      for (const { phases } of this.rows())
        for (const phase of phases) {
          const isScript = phase.scripts.some((script) => script.line === line);
          if (isScript && this.isUnfolded(phase)) return { line, depth: 'script' };
          if (isScript || phase.line === line) return { line: phase.line, depth: 'phase' };
        }
      return { line, depth: 'stage' };
    },
    { equal: (a, b) => a?.line === b?.line && a?.depth === b?.depth },
  );

  constructor() {
    // The row that stands for what is read comes into sight, and nothing but this list moves for it.
    afterRenderEffect(() => {
      this.here();
      untracked(() => {
        this.showHere();
      });
    });
  }

  focus(): void {
    this.links()
      .find((link) => link.hasAttribute('aria-current') || !this.hasHere())
      ?.focus();
  }

  protected isHere(depth: Here['depth'], line: number): boolean {
    const here = this.here();
    return here?.depth === depth && here.line === line;
  }

  protected isUnfolded({ line, telling }: PhaseRow): boolean {
    return this.choices().get(line) ?? telling;
  }

  protected fold(phase: PhaseRow, unfolded: boolean): void {
    this.choices.update((choices) => new Map(choices).set(phase.line, unfolded));
  }

  protected foldAll(unfolded: boolean): void {
    this.choices.set(new Map(this.foldable().map(({ line }) => [line, unfolded])));
  }

  protected named({ mark }: StageRow): string {
    const name = this.t(`stage.${mark.stage}`);
    return mark.cloud === '' ? name : `${name} · ${mark.cloud}`;
  }

  /** DIB's own names stay as they are. */
  protected ownName(phase: PhaseRow): string | undefined {
    switch (phase.name) {
      case 'block-device':
        return this.t('log.outline.disk');
      case 'convert':
        return this.t('log.outline.convert');
      default:
        return undefined;
    }
  }

  /** Where a script in sight says it, its phase does not. */
  protected statusBeside(phase: PhaseRow): RowStatus | undefined {
    const isSaid = this.isUnfolded(phase) && phase.scripts.some(({ status }) => status !== undefined);
    return isSaid ? undefined : phase.status;
  }

  /** What runs counts whole seconds; milliseconds would only flicker. */
  protected took({ ms, status }: OutlineRow): string {
    if (ms === undefined) return '';
    return this.formats.duration(status === 'running' ? Math.max(1000, ms) : ms);
  }

  protected choose(event: MouseEvent, line: number): void {
    // With a modifier it is the browser's: another tab, a download.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.goTo.emit(line);
  }

  protected onKey(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === 'Escape' && this.sheet()) {
      event.stopPropagation();
      this.left.emit();
      return;
    }
    const next = this.linkFor(event.key, event.target);
    if (next === undefined && !this.foldByKey(event)) return;
    event.preventDefault();
    next?.focus();
  }

  /** Left folds the phase whose row has the focus, right unfolds it. @returns whether there is one */
  private foldByKey({ key, target }: KeyboardEvent): boolean {
    if (key !== 'ArrowLeft' && key !== 'ArrowRight') return false;
    const row = target instanceof Element ? target.closest<HTMLElement>('[data-phase]') : null;
    const phase = this.foldable().find(({ line }) => line === Number(row?.dataset['phase']));
    if (phase !== undefined) this.fold(phase, key === 'ArrowRight');
    return phase !== undefined;
  }

  private linkFor(key: string, from: EventTarget | null): HTMLElement | undefined {
    const links = this.links();
    const at = links.findIndex((link) => link === from || link.parentElement?.contains(from as Node));
    switch (key) {
      case 'ArrowDown':
        return links[at + 1];
      case 'ArrowUp':
        return at > 0 ? links[at - 1] : undefined;
      case 'Home':
        return links[0];
      case 'End':
        return links.at(-1);
      default:
        return undefined;
    }
  }

  private links(): HTMLElement[] {
    return [...this.host.querySelectorAll<HTMLElement>('a')];
  }

  private hasHere(): boolean {
    return this.host.querySelector('a[aria-current]') !== null;
  }

  private showHere(): void {
    const list = this.host.querySelector('.list');
    const row = this.host.querySelector('a[aria-current]')?.parentElement;
    if (!list || !row) return;
    const [frame, box] = [list.getBoundingClientRect(), row.getBoundingClientRect()];
    if (box.top < frame.top) list.scrollTop -= frame.top - box.top;
    else if (box.bottom > frame.bottom) list.scrollTop += box.bottom - frame.bottom;
  }
}

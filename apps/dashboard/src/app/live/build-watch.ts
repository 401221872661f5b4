import { DestroyRef, DOCUMENT, inject, Injectable, signal } from '@angular/core';
import { Router } from '@angular/router';
import { type BuildChanged, type BuildStatus, isFinal } from '@image-manager/contracts';
import { Api } from '../api/api';
import { I18n } from '../i18n/i18n';
import { Notices } from '../shell/notices';
import { titleBadge } from '../shell/page-title';
import { alertPermission, askForAlerts, showAlert } from './desktop-alert';
import { Live } from './live';

const STORED = 'image-manager.watched-builds';
/** Whoever watches more has forgotten the first ones. */
const MOST = 20;

/** Builds whose end a person wants to be told of, wherever in the dashboard, or at whatever else, the person is by then. */
@Injectable({ providedIn: 'root' })
export class BuildWatch {
  private readonly api = inject(Api);
  private readonly i18n = inject(I18n);
  private readonly notices = inject(Notices);
  private readonly router = inject(Router);
  private readonly document = inject(DOCUMENT);
  private readonly ids = signal<readonly number[]>(stored());
  readonly watched = this.ids.asReadonly();
  private readonly permission = signal(alertPermission());
  readonly alerts = this.permission.asReadonly();
  /** Ends that nobody has looked at yet. */
  private unseen: BuildStatus[] = [];

  constructor() {
    inject(Live).watch({
      build: (change) => {
        this.take(change);
      },
      reconnect: () => {
        this.lookUp();
      },
    });
    this.lookUp();
    const seen = () => {
      if (!this.document.hidden) this.clearBadge();
    };
    const otherTab = ({ key }: StorageEvent) => {
      if (key === STORED) this.ids.set(stored());
    };
    this.document.addEventListener('visibilitychange', seen);
    addEventListener('storage', otherTab);
    inject(DestroyRef).onDestroy(() => {
      this.document.removeEventListener('visibilitychange', seen);
      removeEventListener('storage', otherTab);
      this.clearBadge();
    });
  }

  /** Asks for the permission to show messages if nobody did; without it the tab's title and icon tell. */
  async start(id: number): Promise<void> {
    this.keep([...this.ids().filter((one) => one !== id), id].slice(-MOST));
    this.permission.set(await askForAlerts());
  }

  stop(id: number): void {
    this.keep(this.ids().filter((one) => one !== id));
  }

  private take({
    id,
    distroId,
    status,
    cause,
  }: Pick<BuildChanged, 'id' | 'distroId' | 'status' | 'cause'>): void {
    if (!this.ids().includes(id) || !isFinal(status)) return;
    this.stop(id);
    const title = `${this.i18n.t('build.title', { id })}: ${this.i18n.t(`status.${status}`)}`;
    const link = `/builds/${id}`;
    this.notices.say(title, { link });
    if (!this.document.hidden) return;
    this.badge(status);
    showAlert({
      title,
      body: [distroId, ...(cause === undefined ? [] : [cause.message])].join('\n'),
      tag: `image-manager build ${id}`,
      chosen: () => void this.router.navigateByUrl(link),
    });
  }

  /** What ended while this page was closed or away. */
  private lookUp(): void {
    for (const id of this.ids()) {
      this.api.build(id).subscribe({
        next: (build) => {
          this.take(build);
        },
        error: () => undefined,
      });
    }
  }

  private badge(status: BuildStatus): void {
    this.unseen.push(status);
    const good = this.unseen.every((one) => one === 'succeeded');
    titleBadge.set(this.unseen.length === 1 ? (good ? '✓ ' : '✗ ') : `(${this.unseen.length}) `);
    this.showIcon(good ? 'favicon-good.svg' : 'favicon-bad.svg');
  }

  private clearBadge(): void {
    if (this.unseen.length === 0) return;
    this.unseen = [];
    titleBadge.set('');
    this.showIcon('favicon.svg');
  }

  private showIcon(file: string): void {
    this.document.querySelector('link[rel=icon]')?.setAttribute('href', file);
  }

  private keep(ids: readonly number[]): void {
    this.ids.set(ids);
    try {
      localStorage.setItem(STORED, JSON.stringify(ids));
    } catch {
      // Storage is switched off in this browser: it holds until the page is closed.
      return;
    }
  }
}

function stored(): number[] {
  try {
    const ids: unknown = JSON.parse(localStorage.getItem(STORED) ?? '[]');
    return Array.isArray(ids) ? ids.filter((id: unknown): id is number => Number.isInteger(id)) : [];
  } catch {
    return [];
  }
}

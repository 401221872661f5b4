import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { type BuildSummary, isFinal } from '@image-manager/contracts';
import { CauseTitles } from '../build/cause-titles';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';
import { Clock } from '../live/clock';
import { StatusMark } from '../status/status-mark';

/** Builds in rows, newest first as the server lists them. */
@Component({
  selector: 'im-build-table',
  imports: [RouterLink, StatusMark],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="wide-content">
      <table role="table">
        <thead role="rowgroup">
          <tr role="row">
            <th scope="col" role="columnheader">{{ t('column.build') }}</th>
            <th scope="col" role="columnheader">{{ t('column.status') }}</th>
            <th scope="col" role="columnheader">{{ t('column.definition') }}</th>
            <th scope="col" role="columnheader">{{ t('column.started') }}</th>
            <th scope="col" role="columnheader" class="number">{{ t('column.duration') }}</th>
            <th scope="col" role="columnheader" class="number size">{{ t('column.size') }}</th>
            <th scope="col" role="columnheader">{{ t('column.clouds') }}</th>
            <th scope="col" role="columnheader">{{ t('column.cause') }}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          @for (row of rows(); track row.build.id) {
            @let build = row.build;
            <tr role="row">
              <td role="cell">
                <a [routerLink]="['/builds', build.id]" [attr.aria-label]="t('build.title', { id: build.id })"
                  >#{{ build.id }}</a
                >
              </td>
              <td role="cell">
                <im-status [kind]="build.status" />
                @if (build.status === 'running' && build.stage; as stage) {
                  <span class="small muted"> {{ t(stageKey(stage)) }}</span>
                }
              </td>
              <td role="cell" class="definition nowrap" [title]="names().get(build.distroId) ?? ''">
                {{ names().get(build.distroId) ?? build.distroId }}
              </td>
              <td role="cell" class="started nowrap">{{ formats.dateTime(build.createdAt) }}</td>
              <td role="cell" class="number">
                {{ row.duration === undefined ? '–' : formats.duration(row.duration) }}
                <span class="bar" aria-hidden="true"><span [style.width.%]="row.share * 100"></span></span>
              </td>
              <td role="cell" class="number size">
                {{ build.artifactBytes === undefined ? '–' : formats.size(build.artifactBytes) }}
              </td>
              <td role="cell" class="clouds nowrap">{{ build.clouds.join(', ') }}</td>
              <td role="cell" class="cause">
                @if (build.cause; as cause) {
                  @let title = causeTitle(cause.code);
                  <span [attr.lang]="title ? null : 'en'" [title]="cause.message">{{
                    title ?? cause.message
                  }}</span>
                }
              </td>
            </tr>
          }
        </tbody>
      </table>
    </div>
  `,
  styles: `
    tbody tr:hover {
      background: var(--surface-hover);
    }
    tr {
      position: relative;
    }
    /* The whole row leads to the build. */
    a::after {
      position: absolute;
      inset: 0;
      content: '';
    }
    .nowrap {
      white-space: nowrap;
    }
    .definition {
      overflow: hidden;
      max-width: 16rem;
      text-overflow: ellipsis;
    }
    .bar {
      display: block;
      width: 4rem;
      height: 3px;
      margin-left: auto;
      background: var(--line);
    }
    .bar > span {
      display: block;
      height: 100%;
      background: var(--line-strong);
    }
    @media (forced-colors: active) {
      .bar > span {
        background: CanvasText;
      }
    }
    .cause {
      width: 40%;
      min-width: 14rem;
      color: var(--text-muted);
    }
    .cause > span {
      display: -webkit-box;
      overflow: hidden;
      -webkit-box-orient: vertical;
      -webkit-line-clamp: 1;
      overflow-wrap: anywhere;
    }
    /* Where the columns do not fit, a row becomes a few lines. The roles keep it a table to those who listen. */
    @media (max-width: 44rem) {
      thead {
        display: none;
      }
      table,
      tbody {
        display: block;
      }
      tr {
        display: grid;
        grid-template-columns: 3.75rem minmax(0, 1fr) auto;
        gap: 1px var(--s2);
        padding: var(--s2) var(--s3);
        border-bottom: 1px solid var(--line);
      }
      td {
        padding: 0;
        border: 0;
      }
      .number {
        grid-area: 1 / 3;
      }
      im-status {
        white-space: normal;
      }
      .definition {
        grid-area: 2 / 2 / 2 / 4;
        max-width: none;
      }
      .started {
        grid-area: 3 / 2 / 3 / 4;
        color: var(--text-muted);
        font-size: var(--text-s);
      }
      .clouds,
      .size {
        display: none;
      }
      .cause {
        grid-area: 4 / 2 / 4 / 4;
        width: auto;
        min-width: 0;
        font-size: var(--text-s);
      }
      .cause > span {
        -webkit-line-clamp: 3;
      }
    }
  `,
})
export class BuildTable {
  readonly builds = input.required<BuildSummary[]>();
  /** Display names of the definitions by id. */
  readonly names = input.required<ReadonlyMap<string, string>>();
  protected readonly t = inject(I18n).t;
  protected readonly causeTitle = inject(CauseTitles).of;
  protected readonly formats = inject(Formats);
  private readonly now = inject(Clock).known;

  protected stageKey(stage: NonNullable<BuildSummary['stage']>) {
    return `stage.${stage}` as const;
  }

  /** Each bar is a share of the longest duration in sight. */
  protected readonly rows = computed(() => {
    const rows = this.builds().map((build) => ({ build, duration: this.durationOf(build) }));
    const longest = Math.max(1, ...rows.map(({ duration }) => duration ?? 0));
    return rows.map((row) => ({ ...row, share: (row.duration ?? 0) / longest }));
  });

  /** Milliseconds; of a running build, until now. */
  private durationOf(build: BuildSummary): number | undefined {
    if (build.startedAt === undefined) return undefined;
    const end = build.finishedAt ?? (isFinal(build.status) ? build.startedAt : undefined);
    return Math.max(0, (end === undefined ? this.now() : Date.parse(end)) - Date.parse(build.startedAt));
  }
}

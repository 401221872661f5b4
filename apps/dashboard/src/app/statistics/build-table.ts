import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { type BuildSummary, isFinal } from '@image-manager/contracts';
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
            <th scope="col" role="columnheader">{{ t('column.clouds') }}</th>
            <th scope="col" role="columnheader">{{ t('column.cause') }}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          @for (build of builds(); track build.id) {
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
              <td role="cell" class="definition">{{ names().get(build.distroId) ?? build.distroId }}</td>
              <td role="cell" class="started nowrap">{{ formats.dateTime(build.createdAt) }}</td>
              <td role="cell" class="number">{{ duration(build) }}</td>
              <td role="cell" class="clouds">{{ build.clouds.join(', ') }}</td>
              <td role="cell" class="cause">{{ build.cause?.message }}</td>
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
    .nowrap {
      white-space: nowrap;
    }
    .cause {
      min-width: 14rem;
      max-width: 34rem;
      color: var(--text-muted);
    }
    /* Where the columns do not fit, a row becomes three lines. The roles keep it a table to those who listen. */
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
        grid-template-columns: 3.2rem minmax(0, 1fr) auto;
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
      .definition {
        grid-area: 2 / 2;
      }
      .started {
        grid-area: 2 / 3;
        color: var(--text-muted);
        font-size: var(--text-s);
      }
      .clouds {
        display: none;
      }
      .cause {
        grid-area: 3 / 2 / 3 / 4;
        min-width: 0;
        font-size: var(--text-s);
      }
    }
  `,
})
export class BuildTable {
  readonly builds = input.required<BuildSummary[]>();
  /** Display names of the definitions by id. */
  readonly names = input.required<ReadonlyMap<string, string>>();
  protected readonly t = inject(I18n).t;
  protected readonly formats = inject(Formats);
  private readonly now = inject(Clock).now;

  protected stageKey(stage: NonNullable<BuildSummary['stage']>) {
    return `stage.${stage}` as const;
  }

  protected duration(build: BuildSummary): string {
    if (build.startedAt === undefined) return '–';
    const end = build.finishedAt ?? (isFinal(build.status) ? build.startedAt : undefined);
    return this.formats.duration(
      (end === undefined ? this.now() : Date.parse(end)) - Date.parse(build.startedAt),
    );
  }
}

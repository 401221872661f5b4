import { stringify } from 'csv-stringify/sync';
import type { BuildSummary } from '@image-manager/contracts';

/** In order; a column that is added goes to the end, for those who count them. */
const COLUMNS: Record<string, (build: BuildSummary) => string | number | undefined> = {
  build: ({ id }) => id,
  definition: ({ distroId }) => distroId,
  status: ({ status }) => status,
  clouds: ({ clouds }) => clouds.join(' '),
  created_at: ({ createdAt }) => createdAt,
  started_at: ({ startedAt }) => startedAt,
  finished_at: ({ finishedAt }) => finishedAt,
  duration_ms: ({ startedAt, finishedAt }) =>
    startedAt === undefined || finishedAt === undefined
      ? undefined
      : Date.parse(finishedAt) - Date.parse(startedAt),
  artifact_bytes: ({ artifactBytes }) => artifactBytes,
  cause_code: ({ cause }) => cause?.code,
  cause_fault: ({ cause }) => cause?.fault,
  cause_stage: ({ cause }) => cause?.stage,
  cause_cloud: ({ cause }) => cause?.cloud,
  cause_message: ({ cause }) => cause?.message,
  retry_of: ({ retryOf }) => retryOf,
  artifact_of: ({ artifactOf }) => artifactOf,
};

/** Without it spreadsheets read the bytes as text in the code page of the machine. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Builds as CSV (RFC 4180) after a header row, a piece for each slice. Text that a spreadsheet would take for a formula
 * gets an apostrophe in front: the words of a cause can come from a log, and so from anywhere.
 */
export async function* buildsCsv(slices: AsyncIterable<BuildSummary[]>): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csv([Object.keys(COLUMNS)]);
  for await (const builds of slices) {
    yield csv(builds.map((build) => Object.values(COLUMNS).map((column) => column(build))));
  }
}

function csv(rows: readonly unknown[][]): string {
  return stringify([...rows], { record_delimiter: 'windows', escape_formulas: true });
}

import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

export interface ImageOnDisk {
  id: string;
  name: string;
  hidden: boolean;
  status: string;
}

/** The images of the local cloud as they stand on the disk, whether the manager runs or not. */
export function imagesOnDisk(storagePath: string): ImageOnDisk[] {
  const folder = join(storagePath, 'clouds/local/images');
  return list(folder).flatMap((id) => {
    try {
      const record = JSON.parse(readFileSync(join(folder, id, 'image.json'), 'utf8')) as Omit<
        ImageOnDisk,
        'id'
      >;
      return [{ ...record, id }];
    } catch {
      return []; // It is just being made or deleted.
    }
  });
}

/** What users boot when they ask for the name. */
export function visibleImages(storagePath: string): ImageOnDisk[] {
  return imagesOnDisk(storagePath).filter(
    ({ name, hidden, status }) => name === 'Debian 12' && !hidden && status === 'active',
  );
}

/**
 * Everything that a build may not leave on this machine, a line for each; also what only a crash in the middle of a write
 * leaves.
 *
 * @param managerPid the one process that may work there.
 */
export function findLeftBehind(storagePath: string, managerPid: number | undefined): string[] {
  const local = join(storagePath, 'clouds/local');
  const images = imagesOnDisk(storagePath);
  return [
    ...processesIn(storagePath, managerPid),
    ...readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[4] ?? '')
      .filter((point) => point.startsWith(`${storagePath}/work`) || point.startsWith(`${local}/`))
      .map((point) => `mount ${point}`),
    ...list('/sys/block')
      .map((name) => ({ name, file: read(`/sys/block/${name}/loop/backing_file`) }))
      .filter(({ file }) => file.startsWith(`${storagePath}/`))
      .map(({ name, file }) => `loop device ${name}: ${file}`),
    ...list(join(storagePath, 'work')).map((name) => `work directory ${name}`),
    ...list(join(local, 'servers')).map((name) => `server folder ${name}`),
    ...list(join(local, 'images'))
      .filter((name) => !images.some(({ id, status }) => id === name && status === 'active'))
      .map((name) => `image folder ${name}`),
    ...images.filter(({ name }) => name.includes('candidate')).map(({ name }) => `image ${name}`),
    ...images.flatMap(({ id }) =>
      list(join(local, 'images', id))
        .filter((name) => name !== 'image.json' && name !== 'data')
        .map((name) => `file ${name} of image ${id}`),
    ),
  ];
}

/** Rows that are neither released nor kept. An intent that was looked for once waits for its second look, a minute later. */
export function openLedgerRows(storagePath: string): string[] {
  return inDatabase(storagePath, (database) =>
    (
      database.prepare("SELECT * FROM ledger WHERE state IN ('intended', 'held')").all() as {
        kind: string;
        name: string;
        state: string;
        missedAt: number | null;
      }[]
    )
      .filter(({ state, missedAt }) => state === 'held' || missedAt === null)
      .map(({ kind, name, state }) => `ledger: ${kind} ${name} is ${state}`),
  );
}

/** What the database says of a stage, also while no manager runs. */
export function storedStage(storagePath: string, buildId: number, stage: string, cloud: string): string {
  return inDatabase(storagePath, (database) => {
    const row = database
      .prepare('SELECT status FROM stages WHERE "buildId" = ? AND stage = ? AND cloud = ?')
      .get(buildId, stage, cloud) as { status: string } | undefined;
    return row?.status ?? 'not there';
  });
}

/** @returns `ok`, or what SQLite finds wrong. */
export function databaseHealth(storagePath: string): unknown {
  return inDatabase(storagePath, (database) => database.pragma('integrity_check', { simple: true }));
}

function inDatabase<T>(storagePath: string, ask: (database: Database.Database) => T): T {
  const database = new Database(join(storagePath, 'image-manager.sqlite'), { readonly: true });
  try {
    return ask(database);
  } finally {
    database.close();
  }
}

function processesIn(storagePath: string, managerPid: number | undefined): string[] {
  return list('/proc')
    .filter((name) => /^\d+$/.test(name) && ![process.pid, managerPid].includes(Number(name)))
    .filter((pid) =>
      [read(`/proc/${pid}/cmdline`), read(`/proc/${pid}/environ`), link(pid, 'cwd'), link(pid, 'root')].some(
        (trace) => trace.includes(storagePath),
      ),
    )
    .map((pid) => `process ${pid}: ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').slice(0, 200)}`);
}

/** Processes, mounts and files come and go while we look: what cannot be read is not there. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function link(pid: string, name: string): string {
  try {
    return readlinkSync(`/proc/${pid}/${name}`);
  } catch {
    return '';
  }
}

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudError } from '@image-manager/cloud';
import type { z } from 'zod';
import {
  DamagedFileError,
  isMissing,
  readJsonFile,
  removeUnfinished,
  syncDirectory,
  writeJsonFile,
} from './json-file.js';
import type { LocalCloudLog } from './options.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NEW_PREFIX = '.new-';
const DELETED_PREFIX = '.deleted-';

/** A folder of which nothing can be told but that it is there. */
export interface Unreadable {
  id: string;
  problem: string;
  /** When something in the folder last appeared or went. */
  since: Date;
}

/**
 * Resources as folders named by their ids, each with a JSON record and the files that belong to it. A folder appears
 * and disappears as a whole (by a rename), so that a crash leaves no half-made resource.
 */
export class RecordFolders<T> {
  /** Ids of folders that the log has been told of; it is not told at each look. */
  private readonly reported = new Set<string>();

  constructor(
    readonly directory: string,
    private readonly recordName: string,
    private readonly schema: z.ZodType<T>,
    private readonly log: LocalCloudLog,
  ) {}

  /** Makes the directory and removes what a crash left half made or half deleted. */
  async open(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.directory)) {
      if (name.startsWith(NEW_PREFIX) || name.startsWith(DELETED_PREFIX)) {
        await rm(join(this.directory, name), { recursive: true, force: true });
      } else if (UUID.test(name)) {
        await this.tidy(name);
      }
    }
  }

  folder(id: string): string {
    return join(this.directory, id);
  }

  async create(id: string, record: T): Promise<void> {
    const temporary = join(this.directory, `${NEW_PREFIX}${id}`);
    await mkdir(temporary, { mode: 0o700 }).catch(this.explain);
    await writeJsonFile(join(temporary, this.recordName), record);
    await rename(temporary, this.folder(id));
    await syncDirectory(this.directory);
  }

  async write(id: string, record: T): Promise<void> {
    await writeJsonFile(join(this.folder(id), this.recordName), record);
  }

  /**
   * @returns undefined for an unknown id, and for a text that is no id at all.
   * @throws CloudError UNKNOWN when the record is damaged.
   */
  async find(id: string): Promise<T | undefined> {
    if (!UUID.test(id)) return undefined;
    try {
      return await readJsonFile(join(this.folder(id), this.recordName), this.schema);
    } catch (error) {
      if (!(error instanceof DamagedFileError)) throw error;
      throw new CloudError('UNKNOWN', 'host', `The record is damaged: ${error.message}`, {
        cause: error,
        advice: this.adviceOn(id),
      });
    }
  }

  /** The ids of all folders, whatever is in them. */
  async ids(): Promise<string[]> {
    const names = await readdir(this.directory).catch(this.explain);
    return names.filter((name) => UUID.test(name)).sort();
  }

  /** All records that can be read; a folder without a readable one is reported to the log and left out. */
  async list(): Promise<{ id: string; record: T }[]> {
    const found: { id: string; record: T }[] = [];
    for (const id of await this.ids()) {
      const { record, problem } = await this.read(id);
      if (record) found.push({ id, record });
      if (problem === undefined) this.reported.delete(id);
      else if (!this.reported.has(id)) {
        this.reported.add(id);
        this.log(problem, { folder: this.folder(id) });
      }
    }
    return found;
  }

  /** The folders that {@link list} leaves out. */
  async unreadable(): Promise<Unreadable[]> {
    const found: Unreadable[] = [];
    for (const id of await this.ids()) {
      const { problem } = await this.read(id);
      const folder = problem === undefined ? undefined : await statIfThere(this.folder(id));
      if (problem !== undefined && folder) found.push({ id, problem, since: folder.mtime });
    }
    return found;
  }

  async exists(id: string): Promise<boolean> {
    if (!UUID.test(id)) return false;
    try {
      await readdir(this.folder(id));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  /** It was there at the start: somebody removed it since, or its disk is not mounted any more. */
  private readonly explain = (error: unknown): never => {
    if (!isMissing(error)) throw error;
    throw new CloudError('UNKNOWN', 'host', `The folder ${this.directory} is gone`, {
      cause: error,
      advice:
        'Mount it or put it back; where it was given up, start Image Manager again, which makes it anew.',
    });
  };

  /** @returns neither where the folder was removed meanwhile, or is none. */
  private async read(id: string): Promise<{ record?: T; problem?: string }> {
    try {
      const record = await this.find(id);
      if (record) return { record };
      if (!(await this.exists(id))) return {};
      return { problem: `${this.folder(id)} has no ${this.recordName}. ${this.adviceOn(id)}` };
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      return { problem: `${error.message}. ${this.adviceOn(id)}` };
    }
  }

  private adviceOn(id: string): string {
    return `Put a sound ${this.recordName} into it, or remove ${this.folder(id)} if it is not needed.`;
  }

  /** What is no folder was not made by us, and keeps nobody from starting. */
  private async tidy(id: string): Promise<void> {
    try {
      await removeUnfinished(this.folder(id), this.recordName);
    } catch (error) {
      if (!isMissing(error)) throw error;
      this.log('This is no folder of ours', { path: this.folder(id) });
    }
  }

  async remove(id: string): Promise<void> {
    if (!UUID.test(id)) return;
    const doomed = join(this.directory, `${DELETED_PREFIX}${id}-${randomUUID()}`);
    try {
      await rename(this.folder(id), doomed);
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    await rm(doomed, { recursive: true, force: true });
  }
}

async function statIfThere(path: string) {
  return stat(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
}

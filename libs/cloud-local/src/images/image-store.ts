import { randomUUID } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CloudError,
  ownershipProperties,
  type CallOptions,
  type CloudImage,
  type CloudImages,
  type CreateImage,
  type ImageChanges,
  type ImageUse,
  type UploadOptions,
  type KeyedLock,
} from '@image-manager/cloud';
import { throwIfCancelled } from '../cancellation.js';
import { isMissing } from '../json-file.js';
import { identifyProcess, isAlive } from '../process-identity.js';
import { RecordFolders, type Unreadable } from '../record-folders.js';
import type { LocalCloudLog } from '../options.js';
import { copyAndHash } from './copy-and-hash.js';
import { imageRecordSchema, toCloudImage, type ImageRecord } from './image-record.js';

/** Says which servers' disks depend on an image, by id. */
export type FindUsers = (imageId: string) => Promise<string[]>;

/**
 * Glance's counterpart: a folder per image, `images/<id>/`, with `image.json` and the bytes in `data`. Overlay disks
 * keep the data file's path, so neither folder nor file is ever renamed while the image lives.
 *
 * An upload that fails, is cancelled or dies with its process leaves the image `queued`, as Glance does: it can be
 * uploaded again or deleted.
 */
export class ImageStore implements CloudImages {
  private readonly folders: RecordFolders<ImageRecord>;
  /** Uploads of this object; an image that is `saving` and not among them has lost its writer. */
  private readonly uploads = new Set<string>();

  /**
   * @param locks are held by image id: a server is made under the same lock, so that an image cannot vanish meanwhile.
   */
  constructor(
    directory: string,
    private readonly locks: KeyedLock,
    private readonly findUsers: FindUsers,
    private readonly log: LocalCloudLog,
  ) {
    this.folders = new RecordFolders(directory, 'image.json', imageRecordSchema, log);
  }

  open(): Promise<void> {
    return this.folders.open();
  }

  /** Absolute path of the image's bytes. */
  dataFile(id: string): string {
    return join(this.folders.folder(id), 'data');
  }

  async create(spec: CreateImage, options: CallOptions = {}): Promise<CloudImage> {
    throwIfCancelled(options.signal, 'Creating an image');
    const id = randomUUID();
    const now = new Date().toISOString();
    const record: ImageRecord = {
      format: 1,
      name: spec.name,
      status: 'queued',
      hidden: true,
      protected: false,
      visibility: 'private',
      diskFormat: spec.diskFormat,
      minDiskGb: spec.minDiskGb,
      minMemoryMb: spec.minMemoryMb,
      tags: [...spec.tags],
      properties: { ...spec.properties, ...ownershipProperties(spec.ownership) },
      createdAt: now,
      updatedAt: now,
    };
    await this.folders.create(id, record);
    return toCloudImage(id, record);
  }

  async upload(id: string, path: string, options: UploadOptions = {}): Promise<CloudImage> {
    throwIfCancelled(options.signal, 'The upload');
    await this.beginUpload(id);
    try {
      const copy = await copyAndHash(path, this.dataFile(id), options);
      throwIfCancelled(options.signal, 'The upload');
      return await this.change(id, (record) => ({
        ...record,
        ...copy,
        status: 'active',
        writer: undefined,
      }));
    } catch (error) {
      await this.abandonUpload(id).catch((second: unknown) => {
        // Its record still says `saving`, which reads as `queued` from now on. Why the upload failed must not be hidden.
        this.log('The end of an upload could not be recorded', { id, error: String(second) });
      });
      throw error;
    } finally {
      this.uploads.delete(id);
    }
  }

  async get(id: string, options: CallOptions = {}): Promise<CloudImage> {
    const image = await this.find(id, options);
    if (!image) throw notFound(id);
    return image;
  }

  async find(id: string, options: CallOptions = {}): Promise<CloudImage | undefined> {
    throwIfCancelled(options.signal, `Reading image ${id}`);
    const wasUploading = this.uploads.has(id);
    const record = await this.folders.find(id);
    return record && this.asItStands(id, await this.withoutDeadWriter(id, record, wasUploading));
  }

  async list(
    filter: { name?: string; installationId?: string } = {},
    options: CallOptions = {},
  ): Promise<CloudImage[]> {
    throwIfCancelled(options.signal, 'Listing images');
    const images: CloudImage[] = [];
    const wereUploading = new Set(this.uploads);
    for (const { id, record } of await this.folders.list()) {
      const now = await this.withoutDeadWriter(id, record, wereUploading.has(id));
      const image = await this.asItStands(id, now);
      if (image) images.push(image);
    }
    return images.filter(
      (image) =>
        (filter.name === undefined || image.name === filter.name) &&
        (filter.installationId === undefined || image.ownership?.installationId === filter.installationId),
    );
  }

  unreadable(): Promise<Unreadable[]> {
    return this.folders.unreadable();
  }

  async update(id: string, changes: ImageChanges, options: CallOptions = {}): Promise<CloudImage> {
    throwIfCancelled(options.signal, `Changing image ${id}`);
    return this.change(id, (record) => {
      const merged = new Map(Object.entries(record.properties));
      for (const [key, value] of Object.entries(changes.properties ?? {})) {
        if (value === null) merged.delete(key);
        else merged.set(key, value);
      }
      return {
        ...record,
        name: changes.name ?? record.name,
        hidden: changes.hidden ?? record.hidden,
        protected: changes.protected ?? record.protected,
        visibility: changes.visibility ?? record.visibility,
        tags: changes.tags ?? record.tags,
        properties: Object.fromEntries(merged),
      };
    });
  }

  /** There is one project here, which sees every image: members are remembered and mean nothing. */
  async setMembers(id: string, projectIds: readonly string[], options: CallOptions = {}): Promise<void> {
    throwIfCancelled(options.signal, `Sharing image ${id}`);
    await this.change(id, (record) => ({ ...record, members: [...projectIds] }));
  }

  async use(id: string, options: CallOptions = {}): Promise<ImageUse> {
    throwIfCancelled(options.signal, `Asking who uses image ${id}`);
    return { servers: await this.findUsers(id), volumes: [] };
  }

  async delete(id: string, options: CallOptions = {}): Promise<void> {
    throwIfCancelled(options.signal, `Deleting image ${id}`);
    await this.locks.run(id, async () => {
      const record = await this.folders.find(id);
      if (record?.protected) {
        throw new CloudError('CONFLICT', 'user', `Image ${id} is protected and cannot be deleted`, {
          advice: 'Remove the protection first.',
        });
      }
      const [server] = record ? await this.findUsers(id) : [];
      if (server !== undefined) {
        throw new CloudError('IN_USE', 'user', `Image ${id} is in use by server ${server}`, {
          advice: 'Delete the server first.',
        });
      }
      await this.folders.remove(id);
    });
  }

  private async beginUpload(id: string): Promise<void> {
    const writer = await identifyProcess(process.pid);
    await this.change(id, async (stored) => {
      const record = await this.withoutDeadWriter(id, stored);
      if (record.status !== 'queued') {
        throw new CloudError(
          'CONFLICT',
          'us',
          `Image ${id} is ${record.status}; only a queued one takes data`,
        );
      }
      this.uploads.add(id);
      return { ...record, status: 'saving', ...(writer ? { writer } : {}) };
    });
  }

  private async abandonUpload(id: string): Promise<void> {
    await this.locks.run(id, async () => {
      await rm(this.dataFile(id), { force: true });
      const record = await this.folders.find(id);
      if (record) await this.folders.write(id, asQueued(record));
    });
  }

  /**
   * What a record says once the process that wrote its data is gone.
   *
   * @param wasUploading whether an upload ran before the record was read: it may have been finished since, and then a
   *   record that says `saving` is merely old.
   */
  private async withoutDeadWriter(
    id: string,
    record: ImageRecord,
    wasUploading = false,
  ): Promise<ImageRecord> {
    if (record.status !== 'saving' || wasUploading || this.uploads.has(id)) return record;
    const writesElsewhere =
      record.writer !== undefined && record.writer.pid !== process.pid && (await isAlive(record.writer));
    return writesElsewhere ? record : asQueued(record);
  }

  private async change(
    id: string,
    edit: (record: ImageRecord) => ImageRecord | Promise<ImageRecord>,
  ): Promise<CloudImage> {
    return this.locks.run(id, async () => {
      const record = await this.folders.find(id);
      if (!record) throw notFound(id);
      const changed = { ...(await edit(record)), updatedAt: new Date().toISOString() };
      await this.folders.write(id, changed);
      const image = await this.asItStands(id, changed);
      if (!image) throw notFound(id);
      return image;
    });
  }

  /**
   * The record tells how many bytes were taken. Where they are gone or cut short no server can be started from it, which Glance
   * would say by a status. To read them all would take longer than anybody waits.
   *
   * @returns undefined when the image was deleted since its record was read.
   */
  private async asItStands(id: string, record: ImageRecord): Promise<CloudImage | undefined> {
    const image = toCloudImage(id, record);
    if (record.status !== 'active') return image;
    const size = await this.sizeOfData(id);
    if (size !== undefined && size === record.sizeBytes) return image;
    return (await this.folders.exists(id)) ? { ...image, status: 'error' } : undefined;
  }

  private async sizeOfData(id: string): Promise<number | undefined> {
    try {
      const data = await stat(this.dataFile(id));
      return data.isFile() ? data.size : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
}

function asQueued(record: ImageRecord): ImageRecord {
  return { ...record, status: 'queued', writer: undefined };
}

function notFound(id: string): CloudError {
  return new CloudError('NOT_FOUND', 'cloud', `There is no image ${id}`);
}

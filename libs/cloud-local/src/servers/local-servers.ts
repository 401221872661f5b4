import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  CloudError,
  isCloudError,
  ownershipProperties,
  readOwnership,
  type CallOptions,
  type CloudImage,
  type CloudServer,
  type CloudServers,
  type ConsoleTail,
  type CreateServer,
  type KeyedLock,
} from '@image-manager/cloud';
import { throwIfCancelled } from '../cancellation.js';
import { endProcesses } from '../end-processes.js';
import type { ImageStore } from '../images/image-store.js';
import type { LocalCloudSettings } from '../options.js';
import { identifyProcess } from '../process-identity.js';
import { RecordFolders, type Unreadable } from '../record-folders.js';
import type { AcceleratorChoice } from './accelerator.js';
import { readConsole } from './console-log.js';
import { launchServer } from './launch-server.js';
import { SERVER_ADDRESS } from './qemu-arguments.js';
import { findServerProcesses } from './server-processes.js';
import { SERVER_FILES, serverRecordSchema, type ServerRecord } from './server-record.js';
import { observeStatus } from './server-status.js';

const USER_DATA_LIMIT_BYTES = 64 * 1024;
/** How long QEMU may take to end by itself. */
const TERM_GRACE_MS = 3_000;

/**
 * Nova's counterpart: QEMU processes, a folder per server. What exists is read from the folders and the process table
 * alone, so that another manager on the same folder sees the same servers.
 */
export class LocalServers implements CloudServers {
  private readonly folders: RecordFolders<ServerRecord>;
  /** The servers that this object is making now. */
  private readonly building = new Map<string, { abort: AbortController; done: Promise<void> }>();
  /** The servers whose failure could not be recorded, as on a full disk. */
  private readonly unrecorded = new Map<string, ServerRecord>();

  /** @param locks by image id, shared with the image store. */
  constructor(
    directory: string,
    private readonly settings: LocalCloudSettings,
    private readonly images: ImageStore,
    private readonly locks: KeyedLock,
    private readonly accelerators: AcceleratorChoice,
  ) {
    this.folders = new RecordFolders(directory, SERVER_FILES.record, serverRecordSchema, settings.log);
  }

  /** Ends what a manager that died was starting; servers that run are left alone. */
  async open(): Promise<void> {
    await this.folders.open();
    for (const { id, record } of await this.folders.list()) {
      const { status, fault } = await observeStatus(this.folders.folder(id), record, false);
      if (record.state !== 'building' || status !== 'ERROR') continue;
      await endProcesses(await findServerProcesses(id), 0);
      await this.folders.write(id, {
        ...record,
        builder: undefined,
        state: 'failed',
        fault: fault ?? 'unknown',
      });
    }
  }

  async create(spec: CreateServer, options: CallOptions = {}): Promise<CloudServer> {
    throwIfCancelled(options.signal, 'Creating a server');
    if (Buffer.byteLength(spec.userData) > USER_DATA_LIMIT_BYTES) {
      throw new CloudError('INVALID', 'us', 'User-data is longer than 64 KiB');
    }
    return this.locks.run(spec.imageId, async () => {
      const image = await this.images.get(spec.imageId, options);
      this.checkImage(image);
      const id = randomUUID();
      const builder = await identifyProcess(process.pid);
      const record: ServerRecord = {
        format: 1,
        name: spec.name,
        imageId: image.id,
        metadata: { ...spec.metadata, ...ownershipProperties(spec.ownership) },
        createdAt: new Date().toISOString(),
        state: 'building',
        ...(builder ? { builder } : {}),
      };
      const abort = new AbortController();
      const created = this.folders.create(id, record);
      const done = created
        .then(
          () => this.build(id, record, image, spec.userData, abort.signal),
          () => undefined,
        )
        .finally(() => this.building.delete(id));
      // Known before the record is: whoever reads it then must not think that its maker died.
      this.building.set(id, { abort, done });
      await created;
      return this.toCloudServer(id, record, true);
    });
  }

  async get(id: string, options: CallOptions = {}): Promise<CloudServer> {
    const server = await this.find(id, options);
    if (!server) throw new CloudError('NOT_FOUND', 'cloud', `There is no server ${id}`);
    return server;
  }

  async find(id: string, options: CallOptions = {}): Promise<CloudServer | undefined> {
    throwIfCancelled(options.signal, `Reading server ${id}`);
    const wasBuilding = this.building.has(id);
    const record = await this.folders.find(id);
    return record && this.toCloudServer(id, record, wasBuilding);
  }

  async list(filter: { installationId?: string } = {}, options: CallOptions = {}): Promise<CloudServer[]> {
    throwIfCancelled(options.signal, 'Listing servers');
    const wereBuilding = new Set(this.building.keys());
    const records = await this.folders.list();
    const servers = await Promise.all(
      records.map(({ id, record }) => this.toCloudServer(id, record, wereBuilding.has(id))),
    );
    return servers.filter(
      ({ ownership }) =>
        filter.installationId === undefined || ownership?.installationId === filter.installationId,
    );
  }

  unreadable(): Promise<Unreadable[]> {
    return this.folders.unreadable();
  }

  async delete(id: string, options: CallOptions = {}): Promise<void> {
    throwIfCancelled(options.signal, `Deleting server ${id}`);
    const build = this.building.get(id);
    build?.abort.abort(new Error('the server is deleted'));
    await build?.done;
    // Also where somebody removed its folder: that ends no process.
    await endProcesses(await findServerProcesses(id), TERM_GRACE_MS);
    await this.folders.remove(id);
    this.unrecorded.delete(id);
  }

  async consoleLog(id: string, options: CallOptions & { from?: number } = {}): Promise<ConsoleTail> {
    await this.get(id, options);
    return readConsole(join(this.folders.folder(id), SERVER_FILES.console), options.from);
  }

  /**
   * The servers whose disk depends on the image; a folder whose record cannot be read counts as one, because nobody can
   * say that it does not.
   */
  async findUsersOf(imageId: string): Promise<string[]> {
    const readable = new Map((await this.folders.list()).map(({ id, record }) => [id, record]));
    return (await this.folders.ids()).filter((id) => (readable.get(id)?.imageId ?? imageId) === imageId);
  }

  /** Gives up the servers that are being made (they end in ERROR); those that run go on. */
  async close(): Promise<void> {
    const builds = [...this.building.values()];
    for (const { abort } of builds) abort.abort(new Error('the manager stops'));
    await Promise.all(builds.map(({ done }) => done));
  }

  private checkImage(image: CloudImage): void {
    const { name, diskGb, memoryMb } = this.settings.flavor;
    if (image.status !== 'active') {
      throw new CloudError('CONFLICT', 'us', `Image ${image.id} is ${image.status}, not active`);
    }
    if (image.minDiskGb > diskGb || image.minMemoryMb > memoryMb) {
      throw new CloudError(
        'INVALID',
        'definition',
        `Image ${image.id} wants ${image.minDiskGb} GiB of disk and ${image.minMemoryMb} MiB of memory, flavor ${name} has ${diskGb} GiB and ${memoryMb} MiB`,
      );
    }
  }

  private async build(
    id: string,
    record: ServerRecord,
    image: CloudImage,
    userData: string,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const started = await launchServer(
        this.settings,
        this.accelerators,
        {
          serverId: id,
          serverName: record.name,
          folder: this.folders.folder(id),
          image,
          imageFile: this.images.dataFile(image.id),
          metadata: record.metadata,
          userData,
        },
        signal,
      );
      await this.folders.write(id, { ...record, builder: undefined, ...started, state: 'started' });
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      this.settings.log('A server could not be started', { id, fault });
      // It runs, where only its record could not be written.
      await endProcesses(await findServerProcesses(id), 0);
      await this.recordFailure(id, {
        ...record,
        builder: undefined,
        state: 'failed',
        fault,
        ...(isCloudError(error, 'NO_CAPACITY') ? { diskFull: true } : {}),
      });
    }
  }

  private async recordFailure(id: string, record: ServerRecord): Promise<void> {
    try {
      await this.folders.write(id, record);
    } catch (error) {
      // Its record still says `building`, which reads as ERROR from the next start on.
      this.unrecorded.set(id, record);
      this.settings.log('The failure of a server could not be recorded', { id, error: String(error) });
    }
  }

  /**
   * @param wasBuilding whether the server was being made before the record was read: it may have been finished since,
   *   and then a record that says `building` is merely old.
   */
  private async toCloudServer(id: string, stored: ServerRecord, wasBuilding: boolean): Promise<CloudServer> {
    const record = this.unrecorded.get(id) ?? stored;
    const building = wasBuilding || this.building.has(id);
    const ownership = readOwnership(record.metadata);
    return {
      id,
      name: record.name,
      ...(await observeStatus(this.folders.folder(id), record, building)),
      imageId: record.imageId,
      addresses: [SERVER_ADDRESS],
      metadata: { ...record.metadata },
      ...(ownership ? { ownership } : {}),
      createdAt: new Date(record.createdAt),
    };
  }
}

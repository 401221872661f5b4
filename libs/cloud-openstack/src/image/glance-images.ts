import {
  CloudError,
  isCloudError,
  ownershipProperties,
  waitFor,
  type CallOptions,
  type CloudImage,
  type CloudImages,
  type CreateImage,
  type ImageChanges,
  type ImageUse,
  type UploadOptions,
} from '@image-manager/cloud';
import { INSTALLATION_PROPERTY } from '@image-manager/cloud';
import { isResourceId } from '../resource-id.js';
import type { ApiRequest, OpenStackSession } from '../session/openstack-session.js';
import { imageListSchema, imageSchema, toCloudImage, type ImageDocument } from './image-document.js';
import { setMembers } from './image-members.js';
import { imagePatch, PATCH_TYPE } from './image-patch.js';
import type { ImageUsers } from './image-users.js';
import { fileSize, UploadStream } from './upload-stream.js';

const PAGE_SIZE = '200';
/** Long enough for a store that copies the image elsewhere first. */
const ACTIVATION_MS = 600_000;

/** @see https://docs.openstack.org/api-ref/image/v2/ */
export class GlanceImages implements CloudImages {
  constructor(
    private readonly session: OpenStackSession,
    private readonly uploadStallMs: number,
    private readonly users: ImageUsers,
  ) {}

  async create(spec: CreateImage, { signal }: CallOptions = {}): Promise<CloudImage> {
    const document = await this.session.request(
      {
        service: 'image',
        method: 'POST',
        path: '/images',
        json: {
          ...spec.properties,
          ...ownershipProperties(spec.ownership),
          name: spec.name,
          disk_format: spec.diskFormat,
          container_format: 'bare',
          visibility: 'private',
          os_hidden: true,
          min_disk: spec.minDiskGb,
          min_ram: spec.minMemoryMb,
          tags: spec.tags,
        },
        expected: [201],
        doing: `Creating image ${JSON.stringify(spec.name)}`,
        signal,
      },
      imageSchema,
    );
    return toCloudImage(document);
  }

  /** A connection that dies, a stall and a cancel leave the image without data; it is to be deleted then. */
  async upload(id: string, path: string, options: UploadOptions = {}): Promise<CloudImage> {
    const { signal, onProgress = () => undefined } = options;
    const doing = `Uploading to image ${id}`;
    const image = await this.get(id, options);
    if (image.status !== 'queued') {
      throw new CloudError('CONFLICT', 'us', `Image ${id} is ${image.status}; only a queued one takes data`);
    }
    const size = await fileSize(path);
    const { url } = await this.session.endpoint('image', signal);
    const stream = new UploadStream(path, size, `image ${id} at ${url}`, this.uploadStallMs, onProgress);
    try {
      await this.session.command({
        service: 'image',
        method: 'PUT',
        path: `/images/${id}/file`,
        stream: { open: () => stream.open(), length: size },
        expected: [204],
        doing,
        signal: signal ? AbortSignal.any([signal, stream.stalled]) : stream.stalled,
      });
    } finally {
      stream.close();
    }
    return this.untilActive(id, url, signal);
  }

  private async untilActive(id: string, url: string, signal: AbortSignal | undefined): Promise<CloudImage> {
    let status = '';
    try {
      return await waitFor(
        async (waitSignal) => {
          const document = await this.read(id, waitSignal ? { signal: waitSignal } : {});
          if (!document) throw missing(id);
          status = document.status;
          return toCloudImage(document);
        },
        {
          target: 'active',
          failures: ['queued', 'error', 'deleted'],
          timeoutMs: ACTIVATION_MS,
          what: `image ${id}`,
          ...(signal ? { signal } : {}),
        },
      );
    } catch (error) {
      if (!isCloudError(error, 'SERVER_ERROR_STATE')) throw error;
      throw new CloudError(
        'SERVER_ERROR_STATE',
        'cloud',
        `Glance at ${url} took all bytes of image ${id} and then set it to “${status}” instead of “active”`,
        {
          cause: error,
          advice: `Its store could not keep them: ask the cloud’s operator for glance-api’s log about image ${id}, and for free space in the store, then retry.`,
        },
      );
    }
  }

  async get(id: string, options: CallOptions = {}): Promise<CloudImage> {
    const image = await this.find(id, options);
    if (!image) throw missing(id);
    return image;
  }

  async find(id: string, options: CallOptions = {}): Promise<CloudImage | undefined> {
    const document = await this.read(id, options);
    return document && toCloudImage(document);
  }

  async list(
    filter: { name?: string; installationId?: string } = {},
    { signal }: CallOptions = {},
  ): Promise<CloudImage[]> {
    const query = {
      limit: PAGE_SIZE,
      // Glance reads `in:` and the like at a name's beginning as an operator.
      ...(filter.name === undefined ? {} : { name: `eq:${filter.name}` }),
      ...(filter.installationId === undefined ? {} : { [INSTALLATION_PROPERTY]: filter.installationId }),
    };
    // It lists the hidden ones only where one asks for them alone.
    const [visible, hidden] = await Promise.all([
      this.pages({ ...query, os_hidden: 'false' }, signal),
      this.pages({ ...query, os_hidden: 'true' }, signal),
    ]);
    // An image that was hidden or shown meanwhile is in both.
    const byId = new Map([...visible, ...hidden].map((document) => [document.id, document]));
    return [...byId.values()]
      .map(toCloudImage)
      .filter(({ name }) => filter.name === undefined || name === filter.name);
  }

  async update(id: string, changes: ImageChanges, options: CallOptions = {}): Promise<CloudImage> {
    const before = await this.get(id, options);
    const json = imagePatch(changes, new Set(Object.keys(before.properties)));
    if (json.length === 0) return before;
    const request: ApiRequest = {
      service: 'image',
      method: 'PATCH',
      path: `/images/${id}`,
      json,
      contentType: PATCH_TYPE,
      expected: [200],
      doing: `Changing image ${id}`,
      // Each operation says what shall be, not by how much it changes; only a removal fails the second time.
      repeatable: !json.some(({ op }) => op === 'remove'),
      signal: options.signal,
    };
    return toCloudImage(await this.session.request(request, imageSchema));
  }

  async setMembers(id: string, projectIds: readonly string[], options: CallOptions = {}): Promise<void> {
    await setMembers(this.session, id, projectIds, options);
  }

  use(id: string, options: CallOptions = {}): Promise<ImageUse> {
    return this.users.of(id, () => this.find(id, options), options);
  }

  async delete(id: string, options: CallOptions = {}): Promise<void> {
    const image = await this.find(id, options);
    if (!image) return;
    if (image.protected) {
      throw new CloudError('CONFLICT', 'user', `Image ${id} is protected and cannot be deleted`, {
        advice: 'Remove the protection first.',
      });
    }
    // Most stores let an image go that a server was made from, and that server can then not be rebuilt or moved.
    const mayHaveServers = image.status === 'active' || image.status === 'deactivated';
    const [server] = mayHaveServers ? await this.users.serversOf(id, options) : [];
    if (server !== undefined) throw inUse(id, `server ${server}`);
    try {
      await this.session.command({
        service: 'image',
        method: 'DELETE',
        path: `/images/${id}`,
        expected: [204, 404],
        doing: `Deleting image ${id}`,
        signal: options.signal,
      });
    } catch (error) {
      if (!isCloudError(error, 'IN_USE')) throw error;
      throw inUse(id, 'something that its store knows', error);
    }
  }

  private async read(id: string, { signal }: CallOptions): Promise<ImageDocument | undefined> {
    const doing = `Reading image ${id}`;
    if (!isResourceId(id)) return undefined;
    try {
      return await this.session.request(
        { service: 'image', method: 'GET', path: `/images/${id}`, expected: [200], doing, signal },
        imageSchema,
      );
    } catch (error) {
      if (isCloudError(error, 'NOT_FOUND')) return undefined;
      throw error;
    }
  }

  private async pages(
    query: Record<string, string>,
    signal: AbortSignal | undefined,
  ): Promise<ImageDocument[]> {
    const found: ImageDocument[] = [];
    let marker: string | undefined;
    do {
      const page = await this.session.request(
        {
          service: 'image',
          method: 'GET',
          path: '/images',
          query: { ...query, ...(marker === undefined ? {} : { marker }) },
          expected: [200],
          doing: 'Listing images',
          signal,
        },
        imageListSchema,
      );
      found.push(...page.images);
      marker = page.next ? page.images.at(-1)?.id : undefined;
    } while (marker !== undefined);
    return found;
  }
}

function missing(id: string): CloudError {
  return new CloudError('NOT_FOUND', 'cloud', `There is no image ${id}`);
}

function inUse(id: string, by: string, cause?: unknown): CloudError {
  return new CloudError('IN_USE', 'user', `Image ${id} is in use by ${by}`, {
    advice: 'Delete what uses it first, or leave the image to retention, which looks again after each build.',
    ...(cause === undefined ? {} : { cause }),
  });
}

import { createHash, randomUUID } from 'node:crypto';
import { timestamp, type CloudState, type StandInImage } from './cloud-state.js';
import type { Exchange } from './exchange.js';
import { imageDocument, imageVersions } from './glance-documents.js';
import { memberRoutes } from './glance-members.js';
import { patchImage, type PatchOperation } from './glance-patch.js';
import { glanceRefusal, Refusal } from './refusal.js';
import { page, type Service } from './service.js';

const PATCH_TYPE = 'application/openstack-images-v2.1-json-patch';

/** @see https://docs.openstack.org/api-ref/image/v2/ */
export function glance(state: CloudState): Service {
  return {
    prefix: '/image',
    refuse: glanceRefusal,
    routes: [
      {
        method: 'GET',
        path: /^\/?$/,
        open: true,
        handle: (exchange) => {
          exchange.send(300, imageVersions(exchange.origin));
        },
      },
      {
        method: 'GET',
        path: /^\/v2\/info\/usage$/,
        handle: (exchange) => {
          usage(state, exchange);
        },
      },
      { method: 'POST', path: /^\/v2\/images$/, handle: (exchange) => create(state, exchange) },
      {
        method: 'GET',
        path: /^\/v2\/images$/,
        handle: (exchange) => {
          list(state, exchange);
        },
      },
      {
        method: 'GET',
        path: /^\/v2\/images\/([^/]+)$/,
        handle: (exchange, id) => {
          exchange.send(200, imageDocument(existing(state, id)));
        },
      },
      {
        method: 'PATCH',
        path: /^\/v2\/images\/([^/]+)$/,
        handle: async (exchange, id) => {
          const image = existing(state, id);
          if (exchange.header('content-type') !== PATCH_TYPE) throw new Refusal(415, '');
          patchImage(image, (await exchange.json()) as PatchOperation[]);
          image.updatedAt = timestamp();
          exchange.send(200, imageDocument(image));
        },
      },
      {
        method: 'DELETE',
        path: /^\/v2\/images\/([^/]+)$/,
        handle: (exchange, id) => {
          remove(state, existing(state, id));
          exchange.send(204);
        },
      },
      {
        method: 'PUT',
        path: /^\/v2\/images\/([^/]+)\/file$/,
        handle: (exchange, id) => upload(state, exchange, existing(state, id)),
      },
      ...memberRoutes((id) => existing(state, id)),
    ],
  };
}

function existing(state: CloudState, id: string | undefined): StandInImage {
  const image = state.images.get(id ?? '');
  if (!image) throw new Refusal(404, `No image found with ID ${id ?? ''}`);
  return image;
}

const ATTRIBUTES = new Set([
  ...['name', 'disk_format', 'container_format', 'visibility', 'os_hidden', 'protected'],
  ...['min_disk', 'min_ram', 'tags', 'id'],
]);

async function create(state: CloudState, exchange: Exchange): Promise<void> {
  const body = (await exchange.json()) as Record<string, unknown>;
  const properties = Object.entries(body).filter(([name]) => !ATTRIBUTES.has(name));
  for (const [name, value] of properties) {
    if (typeof value !== 'string') {
      throw new Refusal(400, `Provided object does not match schema 'image': ${name}`);
    }
  }
  const image: StandInImage = {
    id: randomUUID(),
    name: body['name'] as string,
    status: 'queued',
    hidden: body['os_hidden'] === true,
    protected: body['protected'] === true,
    visibility: (body['visibility'] as string | undefined) ?? 'shared',
    diskFormat: body['disk_format'] as string,
    containerFormat: body['container_format'] as string,
    minDisk: (body['min_disk'] as number | undefined) ?? 0,
    minRam: (body['min_ram'] as number | undefined) ?? 0,
    tags: (body['tags'] as string[] | undefined) ?? [],
    properties: Object.fromEntries(properties) as Record<string, string>,
    members: [],
    size: null,
    sha512: null,
    inUse: false,
    createdAt: timestamp(),
    updatedAt: timestamp(),
  };
  state.images.set(image.id, image);
  exchange.send(201, imageDocument(image), { location: `${exchange.origin}/image/v2/images/${image.id}` });
}

/** Not a filter on a property. */
const QUERY = new Set(['limit', 'marker', 'os_hidden', 'name', 'sort_key', 'sort_dir', 'sort']);

/** Hidden images are listed only with `os_hidden=true`, and then alone. */
function list(state: CloudState, exchange: Exchange): void {
  const hidden = exchange.query('os_hidden') === 'true';
  const name = exchange.query('name')?.replace(/^eq:/, '');
  const wanted = Object.entries(exchange.record.query).filter(([key]) => !QUERY.has(key));
  const found = [...state.images.values()]
    .reverse()
    .filter(
      (image) =>
        image.hidden === hidden &&
        (name === undefined || image.name === name) &&
        wanted.every(([key, value]) => image.properties[key] === value),
    );
  const { items, more } = page(found, exchange, state.settings.imagePageSize);
  const next = new URLSearchParams(exchange.url.searchParams);
  next.set('marker', items.at(-1)?.id ?? '');
  exchange.send(200, {
    images: items.map(imageDocument),
    first: '/v2/images',
    ...(more ? { next: `/v2/images?${next.toString()}` } : {}),
    schema: '/v2/schemas/images',
  });
}

/** A connection that ends early leaves the image `queued` again, without data. */
async function upload(state: CloudState, exchange: Exchange, image: StandInImage): Promise<void> {
  if (exchange.header('content-type') !== 'application/octet-stream') throw new Refusal(415, '');
  if (image.status !== 'queued') {
    exchange.request.resume();
    throw new Refusal(
      409,
      `Image status transition from ${image.status} to saving is not allowed (HTTP 409)`,
    );
  }
  image.status = 'saving';
  const hash = createHash('sha512');
  let size = 0;
  try {
    for await (const chunk of exchange.request) {
      hash.update(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size > state.settings.largestImageBytes) break;
    }
  } catch {
    image.status = 'queued';
    return;
  }
  if (size > state.settings.largestImageBytes) {
    image.status = 'queued';
    throw new Refusal(
      413,
      `Denying attempt to upload image larger than ${state.settings.largestImageBytes} bytes.`,
    );
  }
  image.status = state.settings.statusAfterUpload;
  image.updatedAt = timestamp();
  if (image.status === 'active') {
    image.size = size;
    image.sha512 = hash.digest('hex');
  }
  exchange.send(204);
}

function remove(state: CloudState, image: StandInImage): void {
  if (image.protected) {
    throw new Refusal(403, `Image ${image.id} is protected and cannot be deleted.`);
  }
  if (image.inUse) {
    throw new Refusal(
      409,
      `Image ${image.id} could not be deleted because it is in use: The image cannot be deleted because it is in use through the backend store outside of Glance.`,
    );
  }
  state.images.delete(image.id);
}

function usage({ settings, images }: CloudState, exchange: Exchange): void {
  const { imageQuota } = settings;
  if (!imageQuota) throw new Refusal(404, 'The resource could not be found.');
  const bytes = [...images.values()].reduce((sum, { size }) => sum + (size ?? 0), 0);
  exchange.send(200, {
    usage: {
      image_size_total: { limit: imageQuota.sizeMiB, usage: Math.ceil(bytes / 1024 ** 2) },
      image_count_total: { limit: imageQuota.count, usage: images.size },
      image_stage_total: { limit: imageQuota.sizeMiB, usage: 0 },
      image_count_uploading: { limit: imageQuota.count, usage: 0 },
    },
  });
}

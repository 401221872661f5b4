import { createHash } from 'node:crypto';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownershipProperties } from '@image-manager/cloud';
import { retiredName } from '@image-manager/pipeline';
import { digest } from './digest.mjs';

const MINUTE = 60_000;
/** Of those that were current before, how many the clouds still have. */
const KEPT = 4;
/** How many images of ours a full cloud has. */
const FULL = 40;

/**
 * The images of a history: each definition's last success in a cloud is current, those before are retired or gone, and one
 * was rolled back from. Beside them a candidate that a build left, and images of other people.
 *
 * @param {any[]} builds
 * @param {string} installationId
 * @param {number} now
 * @param {string[]} [full] clouds that have many more images than one looks at; the first of them a leak
 */
export function planImages(builds, installationId, now, full = []) {
  const images = full.flatMap((cloud) => imagesOfFull(cloud, builds, installationId));
  for (const [key, made] of Object.entries(Object.groupBy(builds.flatMap(promotions), placeOf))) {
    made.reverse().forEach((one, fromEnd) => {
      const isRejected = key === 'debian-12 local' && fromEnd === 1;
      const next = made[fromEnd - 1];
      const state =
        fromEnd === 0 ? 'current' : isRejected ? 'rejected' : fromEnd <= KEPT ? 'retired' : 'deleted';
      images.push({ ...describe(one, installationId), state, retiredAt: next?.promotedAt });
    });
  }
  const left = builds.findLast(({ status, clouds }) => status === 'partial' && clouds.includes('lab'));
  if (left) {
    const candidate = describe({ build: left, cloud: 'lab', promotedAt: now - 3 * MINUTE }, installationId);
    for (const cloud of ['lab', ...full.slice(0, 1)]) {
      images.push({
        ...candidate,
        cloud,
        id: uuid(`${cloud} left`),
        state: 'candidate',
        createdAt: now - 4 * MINUTE,
        promotedAt: undefined,
      });
    }
  }
  return images;
}

/** What was promoted in the lab is there too, and none of it was deleted. */
function imagesOfFull(cloud, builds, installationId) {
  const seen = new Set();
  return builds
    .flatMap(promotions)
    .filter((one) => one.cloud === 'lab')
    .reverse()
    .slice(0, FULL)
    .map((one) => {
      const image = describe(one, installationId);
      const state = seen.has(one.build.distroId) ? 'retired' : 'current';
      seen.add(one.build.distroId);
      return { ...image, cloud, id: uuid(`${cloud} ${one.build.id}`), state, retiredAt: one.promotedAt };
    });
}

export async function writeImageRows(database, images) {
  const date = (at) => (at === undefined ? null : new Date(at));
  await database.insert(
    'ImageEntity',
    images.map(({ cloud, id, build, state, createdAt, promotedAt, retiredAt }) => ({
      cloud,
      id,
      buildId: build.id,
      distroId: build.distroId,
      state,
      sha512: build.sha512,
      createdAt: new Date(createdAt),
      promotedAt: date(promotedAt),
      retiredAt: date(retiredAt),
    })),
  );
  await database.insert(
    'LedgerEntity',
    images.map(({ cloud, id, build, state, name, createdAt }) => ({
      buildId: build.id,
      cloud,
      kind: 'image',
      name,
      externalId: id,
      detail: null,
      state: state === 'deleted' || state === 'candidate' ? 'released' : 'kept',
      problem: null,
      missedAt: null,
      createdAt: new Date(createdAt),
      updatedAt: new Date(createdAt),
    })),
  );
}

/** The journal of promotions: it says which image was current before. */
export async function writeSwitchRows(database, images) {
  const promoted = images.filter(({ promotedAt }) => promotedAt !== undefined);
  promoted.sort((one, other) => one.promotedAt - other.promotedAt);
  await database.insert(
    'ImageSwitchEntity',
    promoted.map(({ cloud, id, build, promotedAt }) => ({
      cloud,
      distroId: build.distroId,
      targetId: id,
      kind: 'promotion',
      buildId: build.id,
      presentation: {
        imageName: build.definition.imageName,
        visibility: build.definition.visibility,
        protected: build.definition.protected,
        tags: [],
        members: [],
      },
      state: 'done',
      createdAt: new Date(promotedAt),
      updatedAt: new Date(promotedAt),
    })),
  );
}

/** Puts what exists into the local cloud's folder and into the stand-ins of OpenStack. */
export function storeImages(images, storagePath, standIns) {
  for (const image of [...images.filter(({ state }) => state !== 'deleted'), ...foreignImages()]) {
    if (image.cloud === 'local') storeLocally(image, storagePath);
    else standIns.get(image.cloud)?.addImage(glanceImage(image));
  }
}

function promotions(build) {
  return build.stages
    .filter(({ stage, status }) => stage === 'promote' && status === 'succeeded')
    .map(({ cloud, finishedAt }) => ({ build, cloud, promotedAt: finishedAt }));
}

function placeOf({ build, cloud }) {
  return `${build.distroId} ${cloud}`;
}

function describe({ build, cloud, promotedAt }, installationId) {
  const { definition } = build;
  const createdAt = build.stages.find(({ stage, cloud: at }) => stage === 'upload' && at === cloud).startedAt;
  return {
    id: uuid(`${cloud} ${build.id}`),
    cloud,
    build,
    createdAt,
    promotedAt,
    name: definition.imageName,
    sizeBytes: build.sizeBytes,
    sha512: build.sha512,
    minDiskGb: definition.minDiskGb,
    minMemoryMb: definition.minMemoryMb,
    properties: {
      ...definition.properties,
      ...ownershipProperties({ installationId, buildId: build.id }),
      image_manager_definition: build.definitionDigest,
    },
  };
}

function foreignImages() {
  const names = ['cirros-0.6.2', 'Debian 12', 'windows-server-2022-eval', 'rescue 2024-03 (do not delete)'];
  return names.map((name, index) => ({
    id: uuid(name),
    cloud: index < 3 ? 'lab' : 'local',
    name,
    state: undefined,
    sizeBytes: [21_233_664, 398_458_880, 6_012_954_214, 734_003_200][index],
    sha512: digest(name, 128),
    createdAt: Date.UTC(2024, 2 + index, 4 + 5 * index, 9, 12),
    minDiskGb: index === 2 ? 40 : 1,
    minMemoryMb: index === 2 ? 4096 : 0,
    properties: { os_distro: ['cirros', 'debian', 'windows', 'linux'][index] },
  }));
}

function shownName({ state, name, createdAt, build }) {
  if (state === 'candidate') return `${name} candidate ${build.id}`;
  return state === 'retired' || state === 'rejected' ? retiredName(name, new Date(createdAt)) : name;
}

function isHidden({ state }) {
  return state !== undefined && state !== 'current';
}

function storeLocally(image, storagePath) {
  const folder = join(storagePath, 'clouds/local/images', image.id);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const at = new Date(image.createdAt).toISOString();
  const record = {
    format: 1,
    name: shownName(image),
    status: 'active',
    hidden: isHidden(image),
    protected: false,
    visibility: 'private',
    diskFormat: 'qcow2',
    minDiskGb: image.minDiskGb,
    minMemoryMb: image.minMemoryMb,
    tags: image.state ? ['image-manager', image.state] : [],
    properties: image.properties,
    createdAt: at,
    updatedAt: at,
    sizeBytes: image.sizeBytes,
    sha512: image.sha512,
  };
  writeFileSync(join(folder, 'image.json'), JSON.stringify(record));
  // Nobody boots it: of its size, and no bytes.
  const data = join(folder, 'data');
  writeFileSync(data, '');
  truncateSync(data, image.sizeBytes);
}

function glanceImage(image) {
  const at = new Date(image.createdAt).toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    id: image.id,
    name: shownName(image),
    status: 'active',
    hidden: isHidden(image),
    protected: image.name.startsWith('windows'),
    visibility: image.state ? 'private' : 'public',
    diskFormat: 'qcow2',
    containerFormat: 'bare',
    minDisk: image.minDiskGb,
    minRam: image.minMemoryMb,
    tags: image.state ? ['image-manager', image.state] : [],
    properties: image.properties,
    members: [],
    size: image.sizeBytes,
    sha512: image.sha512,
    inUse: false,
    createdAt: at,
    updatedAt: at,
  };
}

/** The same for the same text, so that a link into the sandbox holds over restarts. */
function uuid(text) {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

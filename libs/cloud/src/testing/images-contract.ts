import { afterEach, describe, expect, it } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { CloudImage, CreateImage } from '../cloud.js';
import { BUILD_PROPERTY, INSTALLATION_PROPERTY } from '../ownership.js';
import { STEP_TIMEOUT_MS, type CloudContractSubject } from './contract-subject.js';

/** Big enough that an upload is still under way when its first progress is told. */
const LARGE_FILE_BYTES = 256 * 1024 * 1024;

export function describeImagesContract(current: () => CloudContractSubject): void {
  describe('images', () => {
    const made: string[] = [];

    async function createImage(changes: Partial<CreateImage> = {}): Promise<CloudImage> {
      const { cloud, ownership } = current();
      const image = await cloud.images.create({
        name: `contract-${randomUUID()}`,
        diskFormat: 'qcow2',
        minDiskGb: 1,
        minMemoryMb: 64,
        properties: { os_distro: 'debian', os_version: '12' },
        tags: ['candidate'],
        ownership,
        ...changes,
      });
      made.push(image.id);
      return image;
    }

    async function createActiveImage(): Promise<CloudImage> {
      const image = await createImage();
      return current().cloud.images.upload(image.id, current().imageFile);
    }

    afterEach(async () => {
      const { images } = current().cloud;
      for (const id of made.splice(0)) {
        const left = await images.find(id);
        if (left?.protected) await images.update(id, { protected: false });
        await images.delete(id);
      }
    }, STEP_TIMEOUT_MS);

    it('creates an empty image, private, hidden and queued, with its owner', async () => {
      const { cloud, ownership } = current();
      const image = await createImage();
      expect(image).toMatchObject({
        status: 'queued',
        hidden: true,
        protected: false,
        visibility: 'private',
        diskFormat: 'qcow2',
        minDiskGb: 1,
        minMemoryMb: 64,
        tags: ['candidate'],
        ownership,
      });
      expect(image.properties).toMatchObject({
        os_distro: 'debian',
        os_version: '12',
        [INSTALLATION_PROPERTY]: ownership.installationId,
        [BUILD_PROPERTY]: String(ownership.buildId),
      });
      expect(image.createdAt).toBeInstanceOf(Date);
      expect(await cloud.images.get(image.id)).toEqual(image);
    });

    it('makes two images of the same name', async () => {
      const name = `contract-${randomUUID()}`;
      const [first, second] = [await createImage({ name }), await createImage({ name })];
      expect(first.id).not.toBe(second.id);
      const found = await current().cloud.images.list({ name });
      expect(found.map((image) => image.id).sort()).toEqual([first.id, second.id].sort());
    });

    it(
      'uploads a file, tells its progress and has the very bytes in the end',
      async () => {
        const { cloud, imageFile } = current();
        const image = await createImage();
        const progress: [number, number][] = [];
        const uploaded = await cloud.images.upload(image.id, imageFile, {
          onProgress: (sent, total) => progress.push([sent, total]),
        });
        const { size } = await stat(imageFile);
        expect(uploaded).toMatchObject({
          id: image.id,
          status: 'active',
          hidden: true,
          sizeBytes: size,
          hash: { algorithm: 'sha512', value: await sha512(imageFile) },
        });
        expect(await cloud.images.get(image.id)).toEqual(uploaded);
        expect(progress.at(-1)).toEqual([size, size]);
        const sent = progress.map(([bytes]) => bytes);
        expect(sent).toEqual([...sent].sort((a, b) => a - b));
      },
      STEP_TIMEOUT_MS,
    );

    it(
      'refuses a second upload into the same image and keeps the first bytes',
      async () => {
        const { cloud, imageFile } = current();
        const image = await createActiveImage();
        await expect(cloud.images.upload(image.id, imageFile)).rejects.toMatchObject({ code: 'CONFLICT' });
        expect(await cloud.images.get(image.id)).toEqual(image);
      },
      STEP_TIMEOUT_MS,
    );

    it('refuses to upload a file that is not there', async () => {
      const image = await createImage();
      await expect(
        current().cloud.images.upload(image.id, join(tmpdir(), randomUUID())),
      ).rejects.toMatchObject({ code: 'INVALID' });
      expect(await current().cloud.images.get(image.id)).toMatchObject({ status: 'queued' });
    });

    it(
      'leaves no active image when an upload is cancelled half-way',
      async () => {
        const { images } = current().cloud;
        const directory = await mkdtemp(join(tmpdir(), 'image-manager-contract-'));
        try {
          const file = join(directory, 'large');
          const handle = await open(file, 'w');
          await handle.truncate(LARGE_FILE_BYTES);
          await handle.close();
          const image = await createImage({ diskFormat: 'raw' });
          const abort = new AbortController();
          const sent: number[] = [];
          const upload = images.upload(image.id, file, {
            signal: abort.signal,
            onProgress: (bytes) => {
              sent.push(bytes);
              abort.abort();
            },
          });
          await expect(upload).rejects.toMatchObject({ code: 'CANCELLED' });
          expect(sent[0]).toBeLessThan(LARGE_FILE_BYTES);
          const left = await images.find(image.id);
          expect(left?.status).not.toBe('active');
          expect(left?.hash).toBeUndefined();
          await images.delete(image.id);
          expect(await images.find(image.id)).toBeUndefined();
        } finally {
          await rm(directory, { recursive: true });
        }
      },
      STEP_TIMEOUT_MS,
    );

    it('lists hidden images too, by name and by installation', async () => {
      const { cloud, ownership } = current();
      const image = await createImage();
      const foreign = await createImage({
        ownership: { installationId: `other-${randomUUID()}`, buildId: 1 },
      });
      const ids = async (filter?: { name?: string; installationId?: string }): Promise<string[]> =>
        (await cloud.images.list(filter)).map((entry) => entry.id);
      expect(await ids()).toEqual(expect.arrayContaining([image.id, foreign.id]));
      expect(await ids({ name: image.name })).toEqual([image.id]);
      const ours = await ids({ installationId: ownership.installationId });
      expect(ours).toContain(image.id);
      expect(ours).not.toContain(foreign.id);
      expect(await ids({ name: `none-${randomUUID()}` })).toEqual([]);
    });

    it('changes several things in one request and leaves the others alone', async () => {
      const { images } = current().cloud;
      const image = await createImage();
      const name = `renamed-${randomUUID()}`;
      const changed = await images.update(image.id, {
        name,
        hidden: false,
        tags: ['current'],
        properties: { state: 'current', os_version: null },
      });
      expect(changed).toMatchObject({ name, hidden: false, tags: ['current'], visibility: image.visibility });
      expect(changed.properties).toMatchObject({ state: 'current', os_distro: 'debian' });
      expect(changed.properties).not.toHaveProperty('os_version');
      expect(changed.ownership).toEqual(image.ownership);
      expect(changed.updatedAt.getTime()).toBeGreaterThanOrEqual(image.updatedAt.getTime());
      expect(await images.get(image.id)).toEqual(changed);
    });

    it('shares an image with projects, and takes it back from those that are no longer named', async () => {
      const { images } = current().cloud;
      const image = await createImage();
      await images.update(image.id, { visibility: 'shared' });
      const projects = [randomUUID(), randomUUID()].map((id) => id.replaceAll('-', ''));
      await images.setMembers(image.id, projects);
      await images.setMembers(image.id, projects.slice(1));
      await images.setMembers(image.id, []);
      expect(await images.get(image.id)).toMatchObject({ visibility: 'shared' });
    });

    it('removes a property that is not there without an error', async () => {
      const { images } = current().cloud;
      const image = await createImage();
      const changed = await images.update(image.id, { properties: { never_set: null } });
      expect(changed.properties).toEqual(image.properties);
    });

    it('deletes an image, and deletes it again without an error', async () => {
      const { images } = current().cloud;
      const image = await createActiveImage();
      await images.delete(image.id);
      expect(await images.find(image.id)).toBeUndefined();
      await expect(images.get(image.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(images.delete(image.id)).resolves.toBeUndefined();
      expect((await images.list({ name: image.name })).map((entry) => entry.id)).toEqual([]);
    });

    it('refuses to delete a protected image', async () => {
      const { images } = current().cloud;
      const image = await createImage();
      await images.update(image.id, { protected: true });
      await expect(images.delete(image.id)).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await images.find(image.id)).toMatchObject({ id: image.id, protected: true });
    });

    it('knows no image by an id that it never gave', async () => {
      const { images } = current().cloud;
      const id = randomUUID();
      expect(await images.find(id)).toBeUndefined();
      await expect(images.get(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(images.update(id, { hidden: true })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(images.upload(id, current().imageFile)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(images.delete(id)).resolves.toBeUndefined();
      expect(await images.find('../../etc')).toBeUndefined();
    });

    it('does nothing when the call is cancelled already', async () => {
      const { cloud, imageFile } = current();
      const image = await createImage();
      const options = { signal: AbortSignal.abort() };
      const cancelled = expect.objectContaining({ code: 'CANCELLED' });
      await expect(cloud.images.list({}, options)).rejects.toEqual(cancelled);
      await expect(cloud.images.get(image.id, options)).rejects.toEqual(cancelled);
      await expect(cloud.images.find(image.id, options)).rejects.toEqual(cancelled);
      await expect(cloud.images.update(image.id, { name: 'no' }, options)).rejects.toEqual(cancelled);
      await expect(cloud.images.upload(image.id, imageFile, options)).rejects.toEqual(cancelled);
      await expect(cloud.images.delete(image.id, options)).rejects.toEqual(cancelled);
      expect(await cloud.images.get(image.id)).toEqual(image);
    });
  });
}

async function sha512(file: string): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

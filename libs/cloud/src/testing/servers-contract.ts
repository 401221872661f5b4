import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudServer, CreateServer } from '../cloud.js';
import { BUILD_PROPERTY, INSTALLATION_PROPERTY } from '../ownership.js';
import { waitFor } from '../wait-for.js';
import { STEP_TIMEOUT_MS, type CloudContractSubject } from './contract-subject.js';

export function describeServersContract(current: () => CloudContractSubject): void {
  describe('servers', () => {
    const made: string[] = [];
    let imageId = '';

    async function createServer(changes: Partial<CreateServer> = {}): Promise<CloudServer> {
      const { cloud, ownership } = current();
      const server = await cloud.servers.create({
        name: `contract-${randomUUID()}`,
        imageId,
        userData: '#cloud-config\n{}\n',
        metadata: { purpose: 'contract' },
        ownership,
        ...changes,
      });
      made.push(server.id);
      return server;
    }

    function untilActive(id: string): Promise<CloudServer> {
      return waitFor((signal) => current().cloud.servers.get(id, { signal }), {
        target: 'ACTIVE',
        failures: ['ERROR', 'SHUTOFF', 'DELETED'],
        timeoutMs: STEP_TIMEOUT_MS,
        intervalMs: 200,
        what: `server ${id}`,
      });
    }

    beforeAll(async () => {
      const { cloud, imageFile, ownership } = current();
      const image = await cloud.images.create({
        name: `contract-${randomUUID()}`,
        diskFormat: 'qcow2',
        minDiskGb: 1,
        minMemoryMb: 64,
        properties: {},
        tags: [],
        ownership,
      });
      imageId = image.id;
      await cloud.images.upload(image.id, imageFile);
    }, STEP_TIMEOUT_MS);

    afterEach(async () => {
      for (const id of made.splice(0)) await current().cloud.servers.delete(id);
    }, STEP_TIMEOUT_MS);

    afterAll(async () => {
      await current().cloud.images.delete(imageId);
    }, STEP_TIMEOUT_MS);

    it(
      'creates a server that becomes ACTIVE, with its metadata and its owner',
      async () => {
        const { cloud, ownership } = current();
        const created = await createServer();
        expect(['BUILD', 'ACTIVE']).toContain(created.status);
        expect(created).toMatchObject({ imageId, ownership });
        const server = await untilActive(created.id);
        expect(server).toMatchObject({ id: created.id, name: created.name, imageId, ownership });
        expect(server.metadata).toEqual({
          purpose: 'contract',
          [INSTALLATION_PROPERTY]: ownership.installationId,
          [BUILD_PROPERTY]: String(ownership.buildId),
        });
        expect(server.addresses.length).toBeGreaterThan(0);
        expect(server.fault).toBeUndefined();
        expect(await cloud.servers.find(created.id)).toEqual(server);
      },
      STEP_TIMEOUT_MS,
    );

    it(
      'lists servers, all of them and those of one installation',
      async () => {
        const { cloud, ownership } = current();
        const server = await createServer();
        const ids = async (installationId?: string): Promise<string[]> =>
          (await cloud.servers.list(installationId ? { installationId } : {})).map((entry) => entry.id);
        expect(await ids()).toContain(server.id);
        expect(await ids(ownership.installationId)).toContain(server.id);
        expect(await ids(`other-${randomUUID()}`)).toEqual([]);
      },
      STEP_TIMEOUT_MS,
    );

    it(
      'deletes a running server, and deletes it again without an error',
      async () => {
        const { servers } = current().cloud;
        const { id } = await createServer();
        await untilActive(id);
        await servers.delete(id);
        expect(await servers.find(id)).toBeUndefined();
        await expect(servers.get(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
        await expect(servers.delete(id)).resolves.toBeUndefined();
        expect((await servers.list()).map((server) => server.id)).not.toContain(id);
      },
      STEP_TIMEOUT_MS,
    );

    it(
      'deletes a server that is still being made',
      async () => {
        const { servers } = current().cloud;
        const { id } = await createServer();
        await servers.delete(id);
        expect(await servers.find(id)).toBeUndefined();
      },
      STEP_TIMEOUT_MS,
    );

    it(
      'refuses to delete an image while a server stands on it',
      async () => {
        const { images, servers } = current().cloud;
        const { id } = await createServer();
        await expect(images.delete(imageId)).rejects.toMatchObject({ code: 'IN_USE' });
        await untilActive(id);
        await expect(images.delete(imageId)).rejects.toMatchObject({ code: 'IN_USE' });
        expect((await images.use(imageId)).servers).toEqual([id]);
        expect(await images.get(imageId)).toMatchObject({ status: 'active' });
        await servers.delete(id);
        expect((await images.use(imageId)).servers).toEqual([]);
      },
      STEP_TIMEOUT_MS,
    );

    it(
      'has the serial console of a server',
      async () => {
        const { cloud } = current();
        const { id } = await createServer();
        await untilActive(id);
        const deadline = performance.now() + STEP_TIMEOUT_MS / 2;
        let console = await cloud.servers.consoleLog(id);
        const expected = current().consoleShows;
        while (!expected.test(console.text) && performance.now() < deadline) {
          await sleep(200);
          console = await cloud.servers.consoleLog(id);
        }
        expect(console.text).toMatch(expected);
      },
      STEP_TIMEOUT_MS,
    );

    it('refuses a server from an image that does not exist', async () => {
      await expect(createServer({ imageId: randomUUID() })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('refuses a server from an image that was never uploaded', async () => {
      const { cloud, ownership } = current();
      const empty = await cloud.images.create({
        name: `contract-${randomUUID()}`,
        diskFormat: 'qcow2',
        minDiskGb: 1,
        minMemoryMb: 64,
        properties: {},
        tags: [],
        ownership,
      });
      try {
        // Nova calls it a bad request, others a conflict; a caller does the same about both.
        const code = expect.stringMatching(/^(CONFLICT|INVALID)$/);
        await expect(createServer({ imageId: empty.id })).rejects.toMatchObject({ code });
      } finally {
        await cloud.images.delete(empty.id);
      }
    });

    it('refuses user-data that is too long', async () => {
      await expect(createServer({ userData: 'ü'.repeat(40_000) })).rejects.toMatchObject({
        code: 'INVALID',
      });
    });

    it('knows no server by an id that it never gave', async () => {
      const { servers } = current().cloud;
      const id = randomUUID();
      expect(await servers.find(id)).toBeUndefined();
      await expect(servers.get(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(servers.consoleLog(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(servers.delete(id)).resolves.toBeUndefined();
      expect(await servers.find('../../etc')).toBeUndefined();
    });

    it('does nothing when the call is cancelled already', async () => {
      const { servers } = current().cloud;
      const before = (await servers.list()).map((server) => server.id);
      const options = { signal: AbortSignal.abort() };
      const cancelled = expect.objectContaining({ code: 'CANCELLED' });
      await expect(
        servers.create(
          { name: 'no', imageId, userData: '', metadata: {}, ownership: current().ownership },
          options,
        ),
      ).rejects.toEqual(cancelled);
      await expect(servers.list({}, options)).rejects.toEqual(cancelled);
      await expect(servers.find(randomUUID(), options)).rejects.toEqual(cancelled);
      await expect(servers.delete(randomUUID(), options)).rejects.toEqual(cancelled);
      expect((await servers.list()).map((server) => server.id)).toEqual(before);
    });
  });
}

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Cloud, CreateServer } from '@image-manager/cloud';
import { configureClouds, createOpenStackCloud } from '../index.js';
import { hang, respond, startStandIn, to, type StandIn } from '../testing/index.js';

const OWNERSHIP = { installationId: 'servers-spec', buildId: 7 };

describe('servers of Nova', () => {
  let standIn: StandIn;
  let cloud: Cloud;
  let spec: CreateServer;

  beforeEach(async () => {
    standIn = await startStandIn();
    const [settings] = configureClouds(standIn.environment(), '192.0.2.1:50051').clouds;
    cloud = createOpenStackCloud({
      ...settings!,
      retry: { attempts: 2, pauseMs: 1, longestPauseMs: 1 },
    });
    const image = await cloud.images.create({
      name: 'n',
      diskFormat: 'qcow2',
      minDiskGb: 1,
      minMemoryMb: 64,
      properties: {},
      tags: [],
      ownership: OWNERSHIP,
    });
    Object.assign(standIn.images()[0]!, { status: 'active' });
    spec = { name: 'test', imageId: image.id, userData: 'x', metadata: {}, ownership: OWNERSHIP };
  });
  afterEach(async () => {
    await cloud.close();
    await standIn.close();
  });

  it.each([429, 403, 503])(
    'gives the id of a server that Nova has taken on, also when the question after it is answered %d',
    async (status) => {
      standIn.fault({ match: to('GET', /\/servers\/[^/]+$/), effect: respond(status, '') });
      const server = await cloud.servers.create(spec);
      expect(standIn.servers().map(({ id }) => id)).toEqual([server.id]);
      expect(server).toMatchObject({ name: 'test', status: 'BUILD', ownership: OWNERSHIP });
    },
  );

  it('ends soon after a cancel, also while a service is asked for its versions', async () => {
    standIn.fault({ match: to('GET', /\/networking\/$/), effect: hang() });
    const began = performance.now();
    await expect(cloud.servers.create(spec, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('lists every server, also where Nova gives smaller pages than one asks for', async () => {
    standIn.settings.pageSize = 2;
    for (let count = 0; count < 5; count += 1) await cloud.servers.create(spec);
    const found = await cloud.servers.list({ installationId: OWNERSHIP.installationId });
    expect(found.map(({ id }) => id).sort()).toEqual(
      standIn
        .servers()
        .map(({ id }) => id)
        .sort(),
    );
    expect((await cloud.images.use(spec.imageId)).servers).toHaveLength(5);
  });

  it('sees the volume of an image on Cinder’s second page', async () => {
    standIn.settings.pageSize = 1;
    standIn.settings.services.push('volumev3');
    // The catalog comes with a new token.
    standIn.revokeTokens();
    await cloud.images.list();
    standIn.addVolume('volume-1', 'another');
    standIn.addVolume('volume-2', spec.imageId);
    expect((await cloud.images.use(spec.imageId)).volumes).toEqual(['volume-2']);
  });
});

import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { respond, to } from '../testing/index.js';
import { benches, failureOf, IMAGE, SERVER } from './bench.js';

const open = benches();
const NEEDS = { diskGb: 1, memoryMb: 64, imageBytes: 1000 };

describe('refusals', () => {
  it('says that the quota of servers is used up, and asks Nova once', async () => {
    const { standIn, cloud, image } = await open();
    const { id } = await image();
    standIn.settings.quota.servers = 0;
    const error = await failureOf(cloud.servers.create({ ...SERVER, imageId: id }));
    const [refused, ...more] = standIn.requestsTo('POST', /\/servers$/);
    expect(error).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      fault: 'cloud',
      message: `Creating server image-manager-build-7: Nova answered 403 (Quota exceeded for instances: Requested 1, but already used 0 of 0 instances) to POST /compute/v2.1/servers, expected 202; request ${refused!.requestId}`,
      advice: 'Free what the project does not need, or ask the cloud’s operator for a higher quota in Nova.',
      request: { method: 'POST', path: '/compute/v2.1/servers', status: 403, requestId: refused!.requestId },
    });
    expect(more).toEqual([]);
    expect(standIn.servers()).toEqual([]);
  });

  it('finds a quota that is used up before anything is made', async () => {
    const { standIn, cloud } = await open();
    standIn.settings.quota.servers = 0;
    expect(await cloud.preflight(NEEDS)).toEqual([
      expect.objectContaining({
        code: 'QUOTA_EXCEEDED',
        message:
          'Nova’s quota of servers leaves no room: project images uses 0 of 0, and the build needs 1 more',
      }),
    ]);
    expect(standIn.images()).toEqual([]);
  });

  it('names the settings of a flavor and a network that do not exist', async () => {
    const { cloud } = await open({ environment: { OS_FLAVOR_ID: 'm9.none', OS_NETWORK_ID: 'nowhere' } });
    const [flavor, network, ...more] = await cloud.preflight(NEEDS);
    expect(flavor).toMatchObject({
      code: 'NOT_FOUND',
      message: 'There is no flavor "m9.none" in this cloud',
      advice: expect.stringContaining('Set OS_FLAVOR_ID to') as unknown,
    });
    expect(network).toMatchObject({
      code: 'NOT_FOUND',
      message: 'There is no network "nowhere" in this project',
      advice: expect.stringContaining('Set OS_NETWORK_ID to') as unknown,
    });
    expect(more).toEqual([]);
  });

  it('wants to be told the network where the project has several', async () => {
    const { standIn, cloud } = await open({ cloud: { network: undefined } });
    expect(await cloud.preflight(NEEDS)).toEqual([]);
    standIn.addNetwork('net-2', 'storage');
    expect(await cloud.preflight(NEEDS)).toEqual([
      {
        code: 'CONFLICT',
        message: 'The project has several networks: private, storage',
        advice: 'Say which one test servers get with OS_NETWORK_ID.',
        fault: 'user',
      },
    ]);
  });

  it('wants the id of a network whose name fits several', async () => {
    const { standIn, cloud } = await open();
    standIn.addNetwork(randomUUID(), 'private');
    const [problem, ...more] = await cloud.preflight(NEEDS);
    expect(problem).toMatchObject({
      code: 'CONFLICT',
      advice: 'Set OS_NETWORK_ID to the id of one of them.',
    });
    expect(more).toEqual([]);
  });

  it('names the settings of a key pair, a zone and a security group that do not exist', async () => {
    const { cloud } = await open({
      environment: {
        OS_SSH_KEY_NAME: 'lost',
        OS_AVAILABILITY_ZONE: 'mars',
        OS_SECURITY_GROUPS: 'default,open',
      },
    });
    const advice = (await cloud.preflight(NEEDS)).map((problem) => problem.advice).join('\n');
    expect(advice).toMatch(/OS_SSH_KEY_NAME[^]*OS_AVAILABILITY_ZONE[^]*OS_SECURITY_GROUPS/);
  });

  it('calls a conflict one, and does not try it again', async () => {
    const { standIn, cloud } = await open();
    const { id } = await cloud.images.create(IMAGE);
    standIn.fault({
      match: to('PATCH', /images/),
      effect: respond(409, '<html><body><h1>409 Conflict</h1>Changed meanwhile.<br /></body></html>'),
    });
    const error = await failureOf(cloud.images.update(id, { name: 'other' }));
    expect(error).toMatchObject({
      code: 'CONFLICT',
      fault: 'cloud',
      request: { method: 'PATCH', status: 409 },
    });
    expect(error.message).toContain('Glance answered 409 (Changed meanwhile.)');
    expect(standIn.requestsTo('PATCH', /images/)).toHaveLength(1);
  });

  it('keeps Glance from deleting what its store knows to be in use', async () => {
    const { standIn, cloud, image } = await open();
    const { id } = await image();
    standIn.images()[0]!.inUse = true;
    const error = await failureOf(cloud.images.delete(id));
    expect(error).toMatchObject({ code: 'IN_USE', fault: 'user' });
    expect((error.cause as Error).message).toContain('could not be deleted because it is in use');
    expect(standIn.images()).toHaveLength(1);
  });

  it('does not ask Glance to delete what a server stands on', async () => {
    const { standIn, cloud, image } = await open();
    const { id } = await image();
    const server = await cloud.servers.create({ ...SERVER, imageId: id });
    expect(await failureOf(cloud.images.delete(id))).toMatchObject({
      code: 'IN_USE',
      message: `Image ${id} is in use by server ${server.id}`,
    });
    expect(standIn.requestsTo('DELETE', /images/)).toEqual([]);
  });

  it('does not delete an image while Nova cannot say what stands on it', async () => {
    const { standIn, cloud, image } = await open();
    const { id } = await image();
    standIn.fault({ match: to('GET', /\/servers$/), effect: respond(500, 'oops') });
    expect(await failureOf(cloud.images.delete(id))).toMatchObject({
      code: 'UNKNOWN',
      request: { status: 500 },
    });
    expect(standIn.requestsTo('DELETE', /images/)).toEqual([]);
  });

  it('calls a protected image that, also when Glance is the first to say so', async () => {
    const { standIn, cloud, image } = await open();
    const { id } = await image();
    standIn.fault({
      match: to('DELETE', /images/),
      effect: respond(
        403,
        `<html><body><h1>403 Forbidden</h1>Image ${id} is protected and cannot be deleted.</body></html>`,
      ),
    });
    expect(await failureOf(cloud.images.delete(id))).toMatchObject({ code: 'CONFLICT', fault: 'user' });
  });

  it.each([
    [
      'Flavor’s disk is too small for requested image. Flavor disk is 1073741824 bytes, image is 5368709120 bytes.',
      /^Flavor m1\.tiny has a disk of 1 GiB, too little for image [0-9a-f-]{36} \(min_disk 5 GiB\)\. .*image is 5368709120 bytes/,
      'Set OS_FLAVOR_ID to a larger flavor, or make the image smaller: minDiskGb in the definition, --image-size in its dib.arguments.',
    ],
    [
      "Flavor's memory is too small for requested image.",
      /^Flavor m1\.tiny has 512 MiB of memory, too little for image [0-9a-f-]{36} \(min_ram 4096 MiB\)\. /,
      'Set OS_FLAVOR_ID to a larger flavor, or lower minMemoryMb in the definition.',
    ],
  ])('names flavor, image and settings when Nova says: %s', async (message, sentence, advice) => {
    const { standIn, cloud, image } = await open();
    const { id } = await image();
    Object.assign(standIn.images()[0]!, { minDisk: 5, minRam: 4096 });
    standIn.fault({
      match: to('POST', /\/servers$/),
      effect: respond(400, { badRequest: { code: 400, message } }),
    });
    const error = await failureOf(cloud.servers.create({ ...SERVER, imageId: id }));
    expect(error).toMatchObject({ code: 'FLAVOR_TOO_SMALL', fault: 'user', advice });
    expect(error.message).toMatch(sentence);
  });

  it('keeps Nova’s own words when the question about the image fails too', async () => {
    const { standIn, cloud, image } = await open();
    const { id } = await image();
    standIn.fault({
      match: to('POST', /\/servers$/),
      effect: respond(400, { badRequest: { code: 400, message: 'Invalid key_name provided.' } }),
    });
    standIn.fault({ match: to('GET', /\/v2\/images\//), effect: respond(500, 'oops') });
    const error = await failureOf(cloud.servers.create({ ...SERVER, imageId: id }));
    expect(error).toMatchObject({ code: 'INVALID', request: { status: 400 } });
    expect(error.message).toContain('Invalid key_name provided.');
  });

  it('says what a policy forbids, and that an administrator can change it', async () => {
    const { standIn, cloud } = await open();
    standIn.fault({
      match: to('POST', /\/images$/),
      effect: respond(403, '<html><body>You are not authorized to complete add_image action.</body></html>'),
    });
    const error = await failureOf(cloud.images.create(IMAGE));
    expect(error).toMatchObject({ code: 'FORBIDDEN', fault: 'user' });
    expect(error.message).toContain('You are not authorized to complete add_image action.');
    expect(error.advice).toContain('administrator');
    expect(standIn.images()).toEqual([]);
  });
});

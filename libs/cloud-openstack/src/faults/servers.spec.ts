import { describe, expect, it } from '@jest/globals';
import { waitFor, type Cloud } from '@image-manager/cloud';
import { benches, failureOf, SERVER } from './bench.js';

const open = benches();

function untilActive(cloud: Cloud, id: string, timeoutMs: number): Promise<unknown> {
  return waitFor((signal) => cloud.servers.get(id, signal ? { signal } : {}), {
    target: 'ACTIVE',
    failures: ['ERROR', 'DELETED'],
    timeoutMs,
    intervalMs: 10,
    what: `server ${id}`,
  });
}

describe('servers that fail', () => {
  it('has the fault of a server in ERROR, at once', async () => {
    const serverFault = 'No valid host was found. There are not enough hosts available.';
    const { standIn, cloud, image } = await open({ settings: { serverFault } });
    const { id } = await cloud.servers.create({ ...SERVER, imageId: (await image()).id });
    const error = await failureOf(untilActive(cloud, id, 60_000));
    expect(error).toMatchObject({
      code: 'SERVER_ERROR_STATE',
      message: `Server ${id} went to ERROR: ${serverFault}`,
    });
    // One at creation, then until the third read.
    expect(standIn.requestsTo('GET', new RegExp(`/servers/${id}$`))).toHaveLength(3);
    await cloud.servers.delete(id);
    expect(standIn.servers()).toEqual([]);
  });

  it.each([
    [
      'No valid host was found. There are not enough hosts available.',
      /for flavor m1\.tiny in availability zone nova: set OS_FLAVOR_ID .*OS_AVAILABILITY_ZONE .*nova-scheduler/,
    ],
    [
      'Build of instance x aborted: Failed to allocate the network(s) with error No fixed IP addresses available for network: n, not rescheduling.',
      /^Network private has no free address left: .*OS_NETWORK_ID/,
    ],
    [
      'Build of instance x aborted: Failed to allocate the network(s), not rescheduling.',
      /neutron-server’s log/,
    ],
    ['internal error: qemu unexpectedly closed the monitor', /nova-compute’s log about server /],
  ])('says what to do about the fault: %s', async (serverFault, advice) => {
    const { cloud, image } = await open({
      environment: { OS_AVAILABILITY_ZONE: 'nova' },
      settings: { serverFault },
    });
    const { id } = await cloud.servers.create({ ...SERVER, imageId: (await image()).id });
    expect((await failureOf(untilActive(cloud, id, 60_000))).advice).toMatch(advice);
  });

  it('ends the wait for a server that never becomes ACTIVE, and can still delete it', async () => {
    const { standIn, cloud, image } = await open({ settings: { pollsUntilActive: Infinity } });
    const { id } = await cloud.servers.create({ ...SERVER, imageId: (await image()).id });
    expect(await failureOf(untilActive(cloud, id, 100))).toMatchObject({
      code: 'TIMEOUT',
      message: `Server ${id} is still BUILD after 0 s, expected ACTIVE`,
    });
    await cloud.servers.delete(id);
    expect(standIn.servers()).toEqual([]);
  });

  it('hands over the user-data unchanged', async () => {
    const { standIn, cloud, image } = await open();
    const userData = '#cloud-config\nwrite_files: [{ content: "ä € 𝄞" }]\n';
    await cloud.servers.create({ ...SERVER, userData, imageId: (await image()).id });
    expect(standIn.servers()[0]).toMatchObject({ userData, configDrive: true });
  });

  it('lets Nova choose the network where none is configured', async () => {
    const { standIn, cloud, image } = await open({ cloud: { network: undefined } });
    await cloud.servers.create({ ...SERVER, imageId: (await image()).id });
    const [create] = standIn.requestsTo('POST', /\/servers$/);
    expect(create?.headers['openstack-api-version']).toBe('compute 2.37');
    expect(create?.body).toMatchObject({ server: { networks: 'auto' } });
  });

  it('has an empty console while the server is not on a host yet', async () => {
    const { cloud, image } = await open();
    const { id } = await cloud.servers.create({ ...SERVER, imageId: (await image()).id });
    expect(await cloud.servers.consoleLog(id)).toEqual({ text: '' });
  });

  it('reads a console with the colours that Nova takes half away', async () => {
    const text = '[\u001b[0;32m  OK  \u001b[0m] Started \u001b[0;1;39mmodprobe@dm_mod.s…e\u001b[0m.\n';
    const { cloud, image } = await open({ settings: { console: text, pollsUntilActive: 0 } });
    const { id } = await cloud.servers.create({ ...SERVER, imageId: (await image()).id });
    expect(await cloud.servers.find(id)).toMatchObject({ status: 'ACTIVE' });
    expect(await cloud.servers.consoleLog(id)).toEqual({ text });
  });

  it('waits for a deleted server until it is gone, or the caller has enough', async () => {
    const { standIn, cloud, image } = await open({ settings: { pollsUntilGone: Infinity } });
    const { id } = await cloud.servers.create({ ...SERVER, imageId: (await image()).id });
    const abort = new AbortController();
    const deletion = failureOf(cloud.servers.delete(id, { signal: abort.signal }));
    setTimeout(() => {
      abort.abort();
    }, 100);
    expect(await deletion).toMatchObject({ code: 'CANCELLED' });
    expect(standIn.requestsTo('DELETE', /\/servers\//)).toHaveLength(1);
  });

  it('takes a server for deleted only when it does not stand on its image any more', async () => {
    const { standIn, cloud, image } = await open({ settings: { pollsUntilGone: 2 } });
    const { id } = await image();
    const server = await cloud.servers.create({ ...SERVER, imageId: id });
    await cloud.servers.delete(server.id);
    expect(standIn.requestsTo('DELETE', /\/servers\//)).toHaveLength(1);
    expect((await cloud.images.use(id)).servers).toEqual([]);
    await cloud.images.delete(id);
    expect(standIn.images()).toEqual([]);
  });

  it('does not wait for a cloud that keeps deleted servers for a while', async () => {
    const { standIn, cloud, image } = await open({ settings: { pollsUntilGone: Infinity } });
    const { id } = await cloud.servers.create({ ...SERVER, imageId: (await image()).id });
    standIn.servers()[0]!.status = 'SOFT_DELETED';
    await cloud.servers.delete(id);
    expect(await cloud.servers.find(id)).toBeUndefined();
  });

  it('says what uses an image, volumes too', async () => {
    const { standIn, cloud, image } = await open({
      settings: { services: ['image', 'compute', 'network', 'volumev3'] },
    });
    const { id } = await image();
    const server = await cloud.servers.create({ ...SERVER, imageId: id });
    standIn.addVolume('volume-1', id);
    standIn.addVolume('volume-2', 'another');
    expect(await cloud.images.use(id)).toEqual({ servers: [server.id], volumes: ['volume-1'] });
  });
});

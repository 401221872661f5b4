import { createSocket, type Socket } from 'node:dgram';
import { Guest } from '../testing/guest.js';
import { runCheck } from '../testing/run-check.js';
import { answersQueries } from './name-server.js';

let guest: Guest;

beforeEach(async () => {
  guest = await Guest.make();
});
afterEach(() => guest.remove());

describe('network.default-route', () => {
  it('passes with the gateway of the routing table', async () => {
    await expect(runCheck('network.default-route', guest)).resolves.toMatchObject({
      status: 'pass',
      figure: '10.0.2.2',
    });
  });

  it('passes with a gateway of IPv6 alone', async () => {
    await guest.remove('proc/net/route');
    const route = `${'0'.repeat(32)} 00 ${'0'.repeat(32)} 00 fe800000000000000000000000000001 00000400 1 0 00450003 ens3`;
    await guest.write('proc/net/ipv6_route', `${route}\n`);
    await expect(runCheck('network.default-route', guest)).resolves.toMatchObject({
      figure: 'fe80:0000:0000:0000:0000:0000:0000:0001',
    });
  });

  it('skips where the network offers no gateway', async () => {
    await guest.remove('proc/net/route');
    await expect(runCheck('network.default-route', guest)).resolves.toMatchObject({ status: 'skip' });
  });

  it('fails where the metadata offer a gateway that is not used', async () => {
    await guest.remove('proc/net/route');
    const server = { publicKeys: [], gatewayOffered: true };
    await expect(runCheck('network.default-route', guest, { server })).resolves.toMatchObject({
      status: 'fail',
    });
  });

  it('fails where the DHCP lease offers a gateway that is not used', async () => {
    await guest.remove('proc/net/route');
    await guest.write('run/systemd/netif/leases/2', 'ADDRESS=10.0.2.15\nROUTER=10.0.2.2\n');
    await expect(runCheck('network.default-route', guest)).resolves.toMatchObject({ status: 'fail' });
  });
});

describe('network.name-resolution', () => {
  it('skips where there is no name server', async () => {
    await guest.write('etc/resolv.conf', '# nothing\n');
    await expect(runCheck('network.name-resolution', guest)).resolves.toMatchObject({ status: 'skip' });
  });

  it('warns of a name server that does not answer', async () => {
    // Nothing on this machine serves names at this address of the loopback network.
    await guest.write('etc/resolv.conf', 'nameserver 127.77.66.55\n');
    await expect(runCheck('network.name-resolution', guest)).resolves.toMatchObject({
      status: 'warn',
      reason: 'no name server answers: 127.77.66.55',
    });
  });

  it('fails nobody for an address that is none', async () => {
    await guest.write('etc/resolv.conf', 'nameserver not-an-address\n');
    await expect(runCheck('network.name-resolution', guest)).resolves.toMatchObject({ status: 'warn' });
  });
});

describe('answersQueries', () => {
  let server: Socket;

  async function serve(answer: (query: Buffer) => Buffer): Promise<number> {
    server = createSocket('udp4');
    server.on('message', (query, { port, address }) => {
      server.send(answer(query), port, address);
    });
    await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
    return server.address().port;
  }
  afterEach(() => {
    server.close();
  });

  it('is content with any answer to its question', async () => {
    const port = await serve((query) => query);
    await expect(answersQueries('127.0.0.1', AbortSignal.timeout(5_000), { port })).resolves.toBe(true);
  });

  it('does not take an answer to another question', async () => {
    const port = await serve((query) => {
      const other = Buffer.from(query);
      other.writeUInt16BE((query.readUInt16BE(0) + 1) & 0xffff, 0);
      return other;
    });
    await expect(answersQueries('127.0.0.1', AbortSignal.timeout(5_000), { port })).resolves.toBe(false);
  });
});

describe('network.manager', () => {
  it('says why the manager is not reached', async () => {
    const manager = { reached: false as const, address: '10.0.0.1:50051', problem: 'timed out' };
    await expect(runCheck('network.manager', guest, { manager })).resolves.toMatchObject({
      status: 'fail',
      reason: '10.0.0.1:50051 is not reached: timed out',
    });
  });
});

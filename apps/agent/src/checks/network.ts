import type { Host } from '../host.js';
import { someOf, type CheckContext, type CheckDefinition, type Verdict } from './check.js';
import { answersQueries } from './name-server.js';

function address({ host }: CheckContext): Promise<Verdict> {
  const usable = host
    .addresses()
    .filter(({ internal, address: it }) => !internal && !/^(fe80:|169\.254\.)/i.test(it))
    .map((it) => it.address);
  return Promise.resolve(
    usable.length > 0
      ? { status: 'pass', reason: someOf(usable), figure: String(usable.length), unit: 'addresses' }
      : {
          status: 'fail',
          reason: 'no interface has an address beyond the link',
          figure: '0',
          unit: 'addresses',
        },
  );
}

async function defaultRoute({ host, server }: CheckContext): Promise<Verdict> {
  const gateway = await findGateway(host);
  if (gateway !== undefined) return { status: 'pass', reason: `by ${gateway}`, figure: gateway };
  return (server.gatewayOffered ?? (await leaseHasRouter(host)))
    ? { status: 'fail', reason: 'the network offers a gateway and there is no default route' }
    : { status: 'skip', reason: 'the network offers no gateway' };
}

/** The gateway of the default route, IPv4 first; undefined without one. Formats: proc_net(5). */
async function findGateway(host: Host): Promise<string | undefined> {
  const RTF_GATEWAY = 2;
  for (const line of ((await host.readFile('/proc/net/route')) ?? '').split('\n').slice(1)) {
    const [, destination, gateway, flags, , , , mask] = line.split(/\s+/);
    if (destination !== '00000000' || mask !== '00000000' || gateway === undefined) continue;
    if ((Number.parseInt(flags ?? '0', 16) & RTF_GATEWAY) === 0) continue;
    // Little-endian hex on every architecture we build for.
    return Buffer.from(gateway, 'hex').reverse().join('.');
  }
  for (const line of ((await host.readFile('/proc/net/ipv6_route')) ?? '').split('\n')) {
    const [destination, length, , , next = '', , , , , device] = line.trim().split(/\s+/);
    if (destination === '0'.repeat(32) && length === '00' && device !== 'lo' && !/^0+$/.test(next)) {
      return next.replaceAll(/(.{4})(?!$)/g, '$1:');
    }
  }
  return undefined;
}

/** Whether a DHCP client was told of a router: systemd-networkd's, NetworkManager's and dhclient's leases. */
async function leaseHasRouter(host: Host): Promise<boolean> {
  for (const directory of [
    '/run/systemd/netif/leases',
    '/var/lib/dhcp',
    '/var/lib/NetworkManager',
    '/run/NetworkManager/devices',
  ]) {
    for (const name of await host.list(directory)) {
      const lease = (await host.readFile(`${directory}/${name}`)) ?? '';
      if (/^ROUTER=.+|^\s*option routers .+|^(routers|dhcp4\.routers)=.+/m.test(lease)) return true;
    }
  }
  return false;
}

async function nameResolution({ host, signal }: CheckContext): Promise<Verdict> {
  // Behind systemd-resolved's stub stand the servers of the second file.
  const text =
    (await host.readFile('/run/systemd/resolve/resolv.conf')) ??
    (await host.readFile('/etc/resolv.conf')) ??
    '';
  const servers = [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].flatMap(([, server]) => server ?? []);
  const figure = { figure: String(servers.length), unit: 'name servers' };
  if (servers.length === 0) return { status: 'skip', reason: 'the network offers no name server' };
  for (const server of servers) {
    if (await answersQueries(server, signal))
      return { status: 'pass', reason: `${server} answers`, ...figure };
  }
  // A closed test network often names a server it does not let through; that is not the image's fault.
  return { status: 'warn', reason: `no name server answers: ${someOf(servers)}`, ...figure };
}

function manager({ manager: it }: CheckContext): Promise<Verdict> {
  return Promise.resolve(
    it.reached
      ? { status: 'pass', reason: `${it.address} answers`, figure: String(it.roundTripMs), unit: 'ms' }
      : { status: 'fail', reason: `${it.address} is not reached: ${it.problem}` },
  );
}

export const NETWORK_CHECKS: readonly CheckDefinition[] = [
  { name: 'network.address', limitMs: 30_000, when: 'after-boot', run: address },
  { name: 'network.default-route', limitMs: 30_000, when: 'after-boot', run: defaultRoute },
  { name: 'network.name-resolution', limitMs: 20_000, when: 'after-boot', run: nameResolution },
  { name: 'network.manager', limitMs: 30_000, when: 'at-once', run: manager },
];

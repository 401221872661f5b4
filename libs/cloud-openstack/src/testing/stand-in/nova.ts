import type { CloudState, StandInServer } from './cloud-state.js';
import type { Exchange } from './exchange.js';
import { createServer } from './nova-create.js';
import { flavorDocument, novaVersion, serverDocument } from './nova-documents.js';
import { novaRefusal, Refusal } from './refusal.js';
import { nextLink, page, type Service } from './service.js';

/** @see https://docs.openstack.org/api-ref/compute/ */
export function nova(state: CloudState): Service {
  return {
    prefix: '/compute/v2.1',
    refuse: novaRefusal,
    routes: [
      {
        method: 'GET',
        path: /^\/?$/,
        open: true,
        handle: (exchange) => {
          exchange.send(200, novaVersion(exchange.origin));
        },
      },
      {
        method: 'GET',
        path: /^\/flavors\/detail$/,
        handle: (exchange) => {
          const { items, more } = page(state.flavors, exchange, state.settings.pageSize);
          exchange.send(200, {
            flavors: items.map(flavorDocument),
            ...nextLink('flavors', more, exchange),
          });
        },
      },
      {
        method: 'GET',
        path: /^\/flavors\/([^/]+)$/,
        handle: (exchange, id = '') => {
          const flavor = state.flavors.find((entry) => entry.id === id);
          if (!flavor) throw new Refusal(404, `Flavor ${id} could not be found.`);
          exchange.send(200, { flavor: flavorDocument(flavor) });
        },
      },
      {
        method: 'GET',
        path: /^\/limits$/,
        handle: (exchange) => {
          limits(state, exchange);
        },
      },
      {
        method: 'GET',
        path: /^\/os-keypairs\/([^/]+)$/,
        handle: (exchange, name = '') => {
          if (!state.keypairs.includes(name)) {
            throw new Refusal(404, `Keypair ${name} not found for user`);
          }
          exchange.send(200, { keypair: { name, public_key: 'ssh-ed25519 AAAA', deleted: false } });
        },
      },
      {
        method: 'GET',
        path: /^\/os-availability-zone$/,
        handle: (exchange) => {
          exchange.send(200, {
            availabilityZoneInfo: state.zones.map((zoneName) => ({
              zoneName,
              zoneState: { available: true },
              hosts: null,
            })),
          });
        },
      },
      { method: 'POST', path: /^\/servers$/, handle: (exchange) => createServer(state, exchange) },
      {
        method: 'GET',
        path: /^\/servers(\/detail)?$/,
        handle: (exchange, detail) => {
          list(state, exchange, detail !== '');
        },
      },
      {
        method: 'GET',
        path: /^\/servers\/([^/]+)$/,
        handle: (exchange, id) => {
          const server = existing(state, id);
          live(state, server);
          // It went away at this very read.
          existing(state, id);
          exchange.send(200, { server: serverDocument(server) });
        },
      },
      {
        method: 'DELETE',
        path: /^\/servers\/([^/]+)$/,
        handle: (exchange, id) => {
          const server = existing(state, id);
          if (!server.deleting) Object.assign(server, { deleting: true, reads: 0 });
          if (state.settings.pollsUntilGone === 0) state.servers.delete(server.id);
          exchange.send(204);
        },
      },
      {
        method: 'POST',
        path: /^\/servers\/([^/]+)\/action$/,
        handle: (exchange, id) => action(state, exchange, existing(state, id)),
      },
    ],
  };
}

function existing(state: CloudState, id: string | undefined): StandInServer {
  const server = state.servers.get(id ?? '');
  if (!server) throw new Refusal(404, `Instance ${id ?? ''} could not be found.`);
  return server;
}

/** Time passes by reads: so a test needs no clock. */
function live(state: CloudState, server: StandInServer): void {
  const { pollsUntilActive, pollsUntilGone, serverFault, onServerActive } = state.settings;
  server.reads += 1;
  if (server.deleting) {
    // Nova calls it DELETED first, and lists it until the scheduler's side is settled as well.
    if (server.reads === pollsUntilGone) server.status = 'DELETED';
    if (server.reads > pollsUntilGone) state.servers.delete(server.id);
    return;
  }
  if (server.status !== 'BUILD' || server.reads <= pollsUntilActive) return;
  if (serverFault !== undefined) {
    server.status = 'ERROR';
    server.fault = serverFault;
    return;
  }
  server.status = 'ACTIVE';
  onServerActive?.(server);
}

function list(state: CloudState, exchange: Exchange, detailed: boolean): void {
  if (exchange.query('all_tenants') !== undefined && !state.settings.roles.includes('admin')) {
    throw new Refusal(
      403,
      'Policy doesn’t allow os_compute_api:servers:index:get_all_tenants to be performed.',
    );
  }
  const image = exchange.query('image');
  const { items, more } = page(
    [...state.servers.values()].reverse().filter(({ imageId }) => image === undefined || imageId === image),
    exchange,
    state.settings.pageSize,
  );
  exchange.send(200, {
    servers: items.map((server) =>
      detailed ? serverDocument(server) : { id: server.id, name: server.name, links: [] },
    ),
    ...nextLink('servers', more, exchange),
  });
}

async function action(state: CloudState, exchange: Exchange, server: StandInServer): Promise<void> {
  const body = (await exchange.json()) as object;
  if (!('os-getConsoleOutput' in body)) throw new Refusal(400, 'There is no such action');
  if (server.status === 'BUILD') throw new Refusal(409, 'Instance not ready');
  exchange.send(200, { output: filtered(state.settings.console) });
}

/** Nova takes control characters out of a console, and decodes its bytes as ASCII. */
function filtered(console: string): string {
  const bytes = Buffer.from(console).toString('latin1');
  return bytes.replace(/[\0-\x08\x0b-\x1f]/g, '').replace(/[\x80-\xff]/g, '\ufffd');
}

function limits({ settings, servers }: CloudState, exchange: Exchange): void {
  const { quota } = settings;
  exchange.send(200, {
    limits: {
      rate: [],
      absolute: {
        maxTotalInstances: quota.servers,
        maxTotalCores: quota.cores,
        maxTotalRAMSize: quota.memoryMb,
        maxTotalKeypairs: 100,
        maxServerMeta: 128,
        totalInstancesUsed: servers.size,
        totalCoresUsed: servers.size,
        totalRAMUsed: servers.size * 512,
      },
    },
  });
}

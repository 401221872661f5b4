import type { CloudState, Named } from './cloud-state.js';
import type { Exchange } from './exchange.js';
import { neutronRefusal } from './refusal.js';
import type { Service } from './service.js';

/** @see https://docs.openstack.org/api-ref/network/v2/ */
export function neutron(state: CloudState): Service {
  return {
    prefix: '/networking',
    refuse: neutronRefusal,
    routes: [
      {
        method: 'GET',
        path: /^\/?$/,
        open: true,
        handle: (exchange) => {
          const links = [{ rel: 'self', href: `${exchange.origin}/networking/v2.0/` }];
          exchange.send(200, { versions: [{ id: 'v2.0', status: 'CURRENT', links }] });
        },
      },
      {
        method: 'GET',
        path: /^\/v2\.0\/networks$/,
        handle: (exchange) => {
          exchange.send(200, { networks: filtered(state.networks, exchange) });
        },
      },
      {
        method: 'GET',
        path: /^\/v2\.0\/ports$/,
        handle: (exchange) => {
          const wanted = exchange.url.searchParams.getAll('device_id');
          exchange.send(200, { ports: state.ports.filter((port) => wanted.includes(port.device_id)) });
        },
      },
      {
        method: 'DELETE',
        path: /^\/v2\.0\/ports\/([^/]+)$/,
        handle: (exchange, id) => {
          const index = state.ports.findIndex((port) => port.id === id);
          if (index >= 0) state.ports.splice(index, 1);
          exchange.send(index >= 0 ? 204 : 404);
        },
      },
      {
        method: 'GET',
        path: /^\/v2\.0\/security-groups$/,
        handle: (exchange) => {
          exchange.send(200, { security_groups: filtered(state.securityGroups, exchange) });
        },
      },
    ],
  };
}

function filtered(all: readonly Named[], exchange: Exchange): object[] {
  const id = exchange.query('id');
  const name = exchange.query('name');
  const found = all.filter(
    (entry) => (id === undefined || entry.id === id) && (name === undefined || entry.name === name),
  );
  return exchange.query('fields') === 'id' ? found.map((entry) => ({ id: entry.id })) : found;
}

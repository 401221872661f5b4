import type { Exchange } from './exchange.js';
import { Refusal, type WriteRefusal } from './refusal.js';

export interface Route {
  method: string;
  /** Against the path behind the service's prefix; its groups are the handler's parameters. */
  path: RegExp;
  /** Whether it is answered without a token. */
  open?: boolean;
  handle: (exchange: Exchange, ...parameters: string[]) => void | Promise<void>;
}

export interface Service {
  /** First segment of its paths. */
  prefix: string;
  routes: Route[];
  refuse: WriteRefusal;
}

export interface Match {
  route: Route;
  parameters: string[];
}

/** @throws Refusal 404 for a path that the service does not have. */
export function findRoute(service: Service, exchange: Exchange): Match {
  const rest = exchange.path.slice(service.prefix.length);
  for (const route of service.routes) {
    const match = route.method === exchange.method ? route.path.exec(rest) : null;
    if (match)
      return {
        route,
        parameters: match.slice(1).map((part: string | undefined) => decodeURIComponent(part ?? '')),
      };
  }
  throw new Refusal(404, 'The resource could not be found.');
}

/** The part of a list that `limit` and `marker` ask for. */
export function page<T extends { id: string }>(
  all: readonly T[],
  exchange: Exchange,
  largest = 1000,
): { items: T[]; more: boolean } {
  const marker = exchange.query('marker');
  const start = marker === undefined ? 0 : all.findIndex(({ id }) => id === marker) + 1;
  if (marker !== undefined && start === 0) throw new Refusal(400, `marker [${marker}] not found`);
  const limit = Math.min(Number(exchange.query('limit') ?? largest), largest);
  const items = all.slice(start, start + limit);
  return { items, more: start + limit < all.length };
}

/** As Nova and Cinder say that there is more: `servers_links` beside `servers`. */
export function nextLink(collection: string, more: boolean, exchange: Exchange): object {
  return more
    ? { [`${collection}_links`]: [{ rel: 'next', href: `${exchange.origin}${exchange.path}` }] }
    : {};
}

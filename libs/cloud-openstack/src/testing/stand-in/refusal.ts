import { STATUS_CODES } from 'node:http';
import type { Exchange } from './exchange.js';

/** A service says no; each has its own document for it. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** Neutron's name of the error. */
    readonly type = 'HTTPError',
  ) {
    super(message);
  }
}

export type WriteRefusal = (exchange: Exchange, refusal: Refusal) => void;

/** `{"error": …}`, as Keystone and keystonemiddleware write it. */
export const keystoneRefusal: WriteRefusal = (exchange, { status, message }) => {
  const headers: Record<string, string> =
    status === 401 ? { 'www-authenticate': `Keystone uri="${exchange.origin}/identity"` } : {};
  exchange.send(status, { error: { code: status, message, title: STATUS_CODES[status] } }, headers);
};

/** WebOb's page, as Glance sends it. */
export const glanceRefusal: WriteRefusal = (exchange, { status, message }) => {
  const title = `${status} ${STATUS_CODES[status] ?? ''}`;
  exchange.send(
    status,
    `<html>\n <head>\n  <title>${title}</title>\n </head>\n <body>\n  <h1>${title}</h1>\n  ${message}<br /><br />\n\n\n </body>\n</html>`,
  );
};

const NOVA_NAMES: Record<number, string> = {
  400: 'badRequest',
  403: 'forbidden',
  404: 'itemNotFound',
  409: 'conflictingRequest',
  413: 'overLimit',
  429: 'overLimit',
  500: 'computeFault',
  501: 'notImplemented',
  503: 'serviceUnavailable',
};

/** `{"badRequest": {"code": 400, "message": …}}` */
export const novaRefusal: WriteRefusal = (exchange, { status, message }) => {
  exchange.send(
    status,
    { [NOVA_NAMES[status] ?? 'computeFault']: { code: status, message } },
    { 'x-compute-request-id': exchange.record.requestId },
  );
};

export const neutronRefusal: WriteRefusal = (exchange, { status, message, type }) => {
  exchange.send(status, { NeutronError: { type, message, detail: '' } });
};

import type { IncomingHttpHeaders } from 'node:http';
import type { RequestHandler } from 'express';
import { sendProblem } from '../errors/index.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a browser that sent these headers did so for our own page. Programs send neither Origin nor Sec-Fetch-Site
 * and pass: they hold the credentials themselves, whereas a browser lends them to any page that asks.
 */
export function isOwnOrigin(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const { origin, host } = headers;
  if (origin === undefined) return true;
  try {
    return new URL(origin).host === host;
  } catch {
    return false; // "null", sent by sandboxed frames and files
  }
}

/** State changes come from our own page or from programs, and carry JSON, which a foreign form cannot send. */
export const sameOriginOnly: RequestHandler = (request, response, next) => {
  if (SAFE_METHODS.has(request.method)) {
    next();
    return;
  }
  if (!isOwnOrigin(request.headers)) {
    sendProblem(request, response, {
      status: 403,
      code: 'CROSS_SITE_REQUEST',
      detail: 'State changes are taken from the dashboard itself and from programs, not from other sites',
    });
    return;
  }
  if (request.is('application/json') === false || request.headers['content-type'] === undefined) {
    sendProblem(request, response, {
      status: 415,
      code: 'JSON_ONLY',
      detail: 'Send content-type: application/json (an empty object where there is nothing to say)',
    });
    return;
  }
  next();
};

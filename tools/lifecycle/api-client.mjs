import { Refusal } from '../bootstrap/refusal.mjs';

/** A client of the REST API; bodies are those of libs/contracts (rest.ts and its neighbours). */
export function createApiClient(url, { username, password }) {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

  async function call(method, path, body) {
    const response = await fetch(`${url}/api${path}`, {
      method,
      headers: {
        authorization,
        accept: 'application/json',
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      signal: AbortSignal.timeout(30_000),
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text);
    throw new ApiError(method, path, response.status, text);
  }

  return {
    url,
    authorization,
    distros: () => call('GET', '/distros'),
    /** @param {{ distroId: string, packages?: string[], dibArguments?: string[], artifactOf?: number }} request */
    createBuild: ({ distroId, packages = [], dibArguments = [], artifactOf }) =>
      call('POST', '/builds', {
        distroId,
        ...(packages.length > 0 ? { packages } : {}),
        ...(dibArguments.length > 0 ? { dibArguments } : {}),
        ...(artifactOf === undefined ? {} : { artifactOf }),
      }),
    build: (id) => call('GET', `/builds/${id}`),
    cancelBuild: (id) => call('POST', `/builds/${id}/cancel`, {}),
    log: (id, from) => call('GET', `/builds/${id}/log?from=${from}&limit=1000`),
    clouds: () => call('GET', '/clouds'),
    rollBack: (cloud, id) => call('POST', `/clouds/${encodeURIComponent(cloud)}/images/${id}/rollback`, {}),
    retention: (cloud) => call('GET', `/clouds/${encodeURIComponent(cloud)}/retention`),
    images: (cloud) => call('GET', `/clouds/${encodeURIComponent(cloud)}/images`),
  };
}

/** An answer other than 2xx; the message is the problem document's, with the fields it names. */
export class ApiError extends Refusal {
  constructor(method, path, status, text) {
    const problem = parseProblem(text);
    const fields = (problem?.errors ?? []).map(({ field, message }) => `${field}: ${message}`);
    const words =
      status === 401
        ? 'the server refuses HTTP_USERNAME and HTTP_PASSWORD of config.env; was it started with others?'
        : [problem?.detail ?? text.slice(0, 200), ...fields].join('; ');
    super(`${method} /api${path}: ${status}, ${words}`);
    this.status = status;
    this.code = problem?.code;
  }
}

function parseProblem(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

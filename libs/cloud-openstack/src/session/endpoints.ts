import { CloudError } from '@image-manager/cloud';
import { z } from 'zod';
import { toCloudError } from './api-error.js';
import type { OpenStackCredentials } from './credentials.js';
import type { Endpoint, Token } from './identity.js';
import { parseJson } from './parse-json.js';
import { SERVICES, type ServiceName } from './services.js';
import type { TransportResponse } from './transport.js';
import { unlessCancelled } from './unless-cancelled.js';

const versionSchema = z.object({
  id: z.string(),
  status: z.string().optional(),
  version: z.string().optional(),
  min_version: z.string().optional(),
  links: z.array(z.object({ rel: z.string(), href: z.string() })).default([]),
});
const versionsSchema = z.union([
  z.object({ versions: z.array(versionSchema) }).transform(({ versions }) => versions),
  z.object({ version: versionSchema }).transform(({ version }) => [version]),
]);
type Version = z.infer<typeof versionSchema>;

export interface ServiceEndpoint {
  /** With the version, without a slash at its end. */
  url: string;
  /** Newest microversion, where the service has any. */
  microversion?: string;
}

export type Fetch = (url: URL, doing: string) => Promise<TransportResponse>;

/** Where each service is: from the catalog by region and interface, its version from the service's own document. */
export class Endpoints {
  /** By the URL in the catalog, which a later token may bring another of. */
  private readonly found = new Map<string, Promise<ServiceEndpoint>>();

  constructor(
    private readonly credentials: Pick<OpenStackCredentials, 'region' | 'interface' | 'origin'>,
    private readonly fetch: Fetch,
  ) {}

  has(token: Token, service: ServiceName): boolean {
    return this.matching(token, service).length > 0;
  }

  /** @throws CloudError NO_SERVICE when the catalog lists no such endpoint. */
  async get(token: Token, service: ServiceName, signal: AbortSignal | undefined): Promise<ServiceEndpoint> {
    const listed = this.select(token, service);
    let search = this.found.get(listed);
    if (!search) {
      search = this.discover(listed, service);
      this.found.set(listed, search);
      // What failed is asked again next time.
      search.catch(() => this.found.delete(listed));
    }
    return unlessCancelled(search, signal, asking(service));
  }

  private select(token: Token, service: ServiceName): string {
    const [endpoint, another] = this.matching(token, service);
    const { title, types } = SERVICES[service];
    const { region, origin } = this.credentials;
    if (!endpoint) {
      const there = [...new Set(token.endpoints.map((entry) => entry.region ?? '(none)'))].join(', ');
      const wanted = `${region === undefined ? '' : ` in region ${region}`} with interface ${this.credentials.interface}`;
      throw new CloudError(
        'NO_SERVICE',
        'cloud',
        `The catalog of project ${token.project.name} has no ${title} (${types[0]})${wanted}`,
        {
          advice:
            token.endpoints.length === 0
              ? 'The catalog is empty: check the project and the roles of these credentials in it.'
              : `Check ${origin.region} (the catalog’s regions: ${there}) and ${origin.interface}.`,
        },
      );
    }
    if (region === undefined && another && another.region !== endpoint.region) {
      throw new CloudError(
        'NO_SERVICE',
        'user',
        `The catalog has ${title} in several regions: ${endpoint.region ?? ''}, ${another.region ?? ''}`,
        { advice: `Say which with ${origin.region}.` },
      );
    }
    return endpoint.url;
  }

  private matching(token: Token, service: ServiceName): Endpoint[] {
    const { region } = this.credentials;
    for (const type of SERVICES[service].types) {
      const found = token.endpoints.filter(
        (endpoint) =>
          endpoint.type === type &&
          endpoint.interface === this.credentials.interface &&
          (region === undefined || endpoint.region === region),
      );
      if (found.length > 0) return found;
    }
    return [];
  }

  /** Clouds list endpoints with and without a version; only Nova's is asked in any case, for its microversions. */
  private async discover(listed: string, service: ServiceName): Promise<ServiceEndpoint> {
    const bare = listed.replace(/\/+$/, '');
    const isVersioned = /\/v\d+(\.\d+)?(\/[^/]+)?$/.test(bare);
    if (isVersioned && service !== 'compute') return { url: bare };
    const { title, major } = SERVICES[service];
    const doing = asking(service);
    const response = await this.fetch(new URL(`${bare}/`), doing);
    const expected = [200, 300];
    if (response.status >= 500 || response.status === 429) {
      // To go on without the microversions would be to call the cloud too old from then on.
      throw toCloudError({ doing, serviceName: title, expected, response });
    }
    if (!expected.includes(response.status)) {
      if (isVersioned) return { url: bare };
      throw new CloudError('PROTOCOL', 'cloud', `${doing}: ${bare}/ answered ${response.status}`, {
        advice:
          'The endpoint in the catalog is wrong, or something in front of it does not let the question through.',
        request: response.request,
      });
    }
    const version = newest(parseJson(response, versionsSchema, doing), major);
    if (!version) {
      throw new CloudError('PROTOCOL', 'cloud', `${title} at ${bare}/ offers no version ${major} of its API`);
    }
    const microversion =
      version.version === undefined || version.version === '' ? {} : { microversion: version.version };
    return { url: isVersioned ? bare : `${bare}/${pathOf(version)}`, ...microversion };
  }
}

function asking(service: ServiceName): string {
  return `Asking ${SERVICES[service].title} for its versions`;
}

function newest(versions: readonly Version[], major: number): Version | undefined {
  const number = ({ id }: Version) => id.replace(/^v/, '').split('.').map(Number);
  return versions
    .filter((version) => number(version)[0] === major)
    .sort((a, b) => (number(b)[1] ?? 0) - (number(a)[1] ?? 0))[0];
}

/** The links name hosts as the service knows itself, which need not be how it is reached: only their last part counts. */
function pathOf({ id, links }: Version): string {
  const self = links.find(({ rel }) => rel === 'self')?.href.replace(/\/+$/, '');
  const last = self?.slice(self.lastIndexOf('/') + 1) ?? '';
  return /^v\d+(\.\d+)?$/.test(last) ? last : id;
}

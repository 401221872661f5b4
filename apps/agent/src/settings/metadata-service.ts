import type { Host } from '../host.js';
import { DOCUMENTS, parseServerFacts, type Datasource } from './datasource.js';

/** https://docs.openstack.org/nova/latest/user/metadata.html#the-metadata-service */
export const METADATA_URL = 'http://169.254.169.254';

/** Connecting takes long where nobody listens; the config drive is looked for in between. */
const LIMIT_MS = 5_000;

/**
 * Reads OpenStack's metadata service. Undefined where it does not answer, does not speak OpenStack's metadata, or answers
 * with an error of its own: only a clear "there is no user-data" (404 or empty) counts as none.
 */
export async function readMetadataService(
  host: Host,
  { url = METADATA_URL, signal }: { url?: string; signal?: AbortSignal } = {},
): Promise<Datasource | undefined> {
  const options = { timeoutMs: LIMIT_MS, ...(signal ? { signal } : {}) };
  const metaData = await host.httpGet(`${url}/${DOCUMENTS.metaData}`, options);
  if (metaData?.status !== 200) return undefined;
  const userData = await host.httpGet(`${url}/${DOCUMENTS.userData}`, options);
  if (userData?.status !== 200 && userData?.status !== 404) return undefined;
  const networkData = await host.httpGet(`${url}/${DOCUMENTS.networkData}`, options);
  return {
    kind: 'metadata-service',
    ...(userData.status === 200 ? { userData: userData.body } : {}),
    server: parseServerFacts(metaData.body, networkData?.status === 200 ? networkData.body : undefined),
  };
}

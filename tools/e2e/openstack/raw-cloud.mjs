import assert from 'node:assert/strict';
import { readCloudEnvironment } from '../../openstack/all-in-one.mjs';

const SERVICES = {
  image: 'http://127.0.0.1:9292/v2',
  compute: 'http://127.0.0.1:8774/v2.1',
  network: 'http://127.0.0.1:9696/v2.0',
};
/** The first one that shows an administrator a server's user-data. */
const USER_DATA_MICROVERSION = '2.3';

/**
 * The services as they answer a plain request: independent of our adapter, and quick enough to be asked many times a
 * second, which OpenStack's own client is not.
 *
 * @param {string} environmentFile an openrc
 */
export async function openRawCloud(environmentFile) {
  const settings = readCloudEnvironment(environmentFile);
  let token = await logIn(settings);

  /** @returns {Promise<any>} undefined where there is no such thing */
  async function get(service, path, headers = {}) {
    for (let tries = 1; ; tries += 1) {
      const response = await fetch(`${SERVICES[service]}${path}`, {
        headers: { 'x-auth-token': token, ...headers },
      });
      if (response.status === 401 && tries === 1) {
        token = await logIn(settings);
        continue;
      }
      if (response.status === 404) return undefined;
      assert.equal(response.status, 200, `GET ${path}: ${response.status}`);
      return response.json();
    }
  }

  return {
    /** @returns an image as Glance shows it now, or undefined */
    image: (id) => get('image', `/images/${id}`),
    /** What a user's listing shows under a name. @returns {Promise<any[]>} */
    shown: async (name) =>
      (await get('image', `/images?${new URLSearchParams({ name, status: 'active' })}`)).images,
    /** Private images of the project, visible and hidden ones. @returns {Promise<any[]>} */
    async images() {
      const [shown, hidden] = await Promise.all(
        ['false', 'true'].map((value) =>
          get('image', `/images?visibility=private&limit=1000&os_hidden=${value}`),
        ),
      );
      return [...shown.images, ...hidden.images];
    },
    /** @returns {Promise<any[]>} */
    servers: async () => (await get('compute', '/servers/detail')).servers,
    /** Ports that were made for servers. @returns {Promise<any[]>} */
    serverPorts: async () =>
      (await get('network', '/ports')).ports.filter(({ device_owner: owner }) =>
        owner.startsWith('compute:'),
      ),
    /** Of any project, for an administrator: what the system in the server would read of its config drive. */
    async userData(serverId) {
      const found = await get('compute', `/servers/${serverId}`, {
        'x-openstack-nova-api-version': USER_DATA_MICROVERSION,
      });
      const text = found?.server['OS-EXT-SRV-ATTR:user_data'];
      return text ? Buffer.from(text, 'base64').toString('utf8') : undefined;
    },
  };
}

async function logIn(settings) {
  const response = await fetch(`${settings.OS_AUTH_URL}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      auth: {
        identity: {
          methods: ['password'],
          password: {
            user: {
              name: settings.OS_USERNAME,
              password: settings.OS_PASSWORD,
              domain: { name: settings.OS_USER_DOMAIN_NAME },
            },
          },
        },
        scope: {
          project: {
            name: settings.OS_PROJECT_NAME,
            domain: { name: settings.OS_PROJECT_DOMAIN_NAME },
          },
        },
      },
    }),
  });
  assert.equal(response.status, 201, 'Keystone takes the credentials');
  return response.headers.get('x-subject-token') ?? '';
}

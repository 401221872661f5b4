import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readCloudEnvironment } from '../../openstack/all-in-one.mjs';

const run = promisify(execFile);

/**
 * OpenStack's own command line client: what it says does not depend on a line of ours.
 *
 * @param {string} environmentFile an openrc
 */
export function createOpenStackClient(environmentFile) {
  const env = { ...process.env, ...readCloudEnvironment(environmentFile) };

  /** @param {...string} args @returns {Promise<any>} */
  async function ask(...args) {
    const { stdout } = await run('openstack', [...args, '-f', 'json'], { env, maxBuffer: 16 * 1024 * 1024 });
    return JSON.parse(stdout);
  }

  /** @param {...string} args */
  async function tell(...args) {
    await run('openstack', args, { env });
  }

  const client = {
    ask,
    tell,
    /** Private images of the project, visible and hidden ones, with everything that Glance says of them. */
    async images() {
      const [visible, hidden] = [
        await ask('image', 'list', '--private'),
        await ask('image', 'list', '--hidden'),
      ];
      const images = [];
      for (const { ID: id } of [...visible, ...hidden]) images.push(await ask('image', 'show', id));
      return images.map((image) => ({ ...image, hidden: image.properties.os_hidden === true }));
    },
    servers: () => ask('server', 'list'),
    /** What the scenarios left in the project: it is theirs alone. */
    async removeAll() {
      const servers = (await client.servers()).map(({ ID: id }) => id);
      if (servers.length > 0) await tell('server', 'delete', '--wait', ...servers);
      const images = [
        ...(await ask('image', 'list', '--private', '--long')),
        ...(await ask('image', 'list', '--hidden', '--long')),
      ];
      for (const { ID: id, Protected: isProtected } of images) {
        if (isProtected) await tell('image', 'set', '--unprotected', id);
      }
      if (images.length > 0) await tell('image', 'delete', ...images.map(({ ID: id }) => id));
    },
    /** @returns {Promise<string>} a token, for requests that have to be quick */
    async token() {
      return (await ask('token', 'issue')).id;
    },
  };
  return client;
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { CLOUD_FILES, readCloudEnvironment } from '../../openstack/all-in-one.mjs';
import { createSandbox } from '../sandbox.mjs';
import { openProxy } from './cloud-proxy.mjs';
import { createOpenStackClient } from './openstack-client.mjs';

/** The cloud that most scenarios use, and the one beside it: two projects of the same OpenStack. */
export const CLOUD = 'aio';
export const OTHER_CLOUD = 'aio2';

/**
 * An installation of its own against the all-in-one OpenStack. Its way to every service leads through a proxy that can hold a
 * call, so that a scenario can strike at just that moment.
 *
 * @param {{ signal: AbortSignal }} options `signal` stops its server for good
 */
export async function createOpenStackSandbox({ signal }) {
  const { AIO_HOST_ADDR: host } = readCloudEnvironment(CLOUD_FILES.openrc);
  const proxy = await openProxy({
    identity: 'http://127.0.0.1:5000',
    image: 'http://127.0.0.1:9292',
    compute: 'http://127.0.0.1:8774',
    network: 'http://127.0.0.1:9696',
  });
  const sandbox = await createSandbox({ grpcHost: '0.0.0.0', signal });
  const grpcPort = sandbox.grpcAddress.split(':').at(-1);
  const cloudsFile = join(sandbox.folder, 'clouds.yaml');

  /** @param {{ clouds?: string[], managerAddress?: string, password?: string }} [changes] */
  const configure = ({ clouds = [CLOUD], managerAddress = `${host}:${grpcPort}`, password } = {}) => {
    const document = parse(readFileSync(CLOUD_FILES.clouds, 'utf8'));
    for (const cloud of Object.values(document.clouds)) {
      cloud.auth.auth_url = `${proxy.addressOf('identity')}/v3`;
      cloud.image_manager.grpc_public_address = managerAddress;
      if (password !== undefined) cloud.auth.password = password;
    }
    writeFileSync(cloudsFile, stringify(document), { mode: 0o600 });
    Object.assign(sandbox.environment, {
      OS_CLOUD: clouds.join(','),
      OS_CLIENT_CONFIG_FILE: cloudsFile,
      LOCAL_CLOUD: 'off',
    });
  };
  configure();

  const openstack = createOpenStackClient(CLOUD_FILES.openrc);
  return Object.assign(sandbox, {
    proxy,
    openstack,
    other: createOpenStackClient(CLOUD_FILES.openrc2),
    admin: createOpenStackClient(CLOUD_FILES.adminrc),
    configure,
    /** @param {Parameters<typeof configure>[0]} [changes] */
    async restartWith(changes) {
      await sandbox.stopServer('SIGTERM');
      configure(changes);
      await sandbox.startServer();
    },
    remove: ((removeSandbox) => async () => {
      await removeSandbox();
      await proxy.close();
      for (const client of [openstack, createOpenStackClient(CLOUD_FILES.openrc2)]) await client.removeAll();
    })(sandbox.remove),
  });
}

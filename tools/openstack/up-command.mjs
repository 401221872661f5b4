import { CLOUD_FILES, startCloud } from './all-in-one.mjs';

/**
 * `npm run cloud:up`: a real OpenStack on this machine, for tests.
 *
 * @returns {Promise<number>} exit status
 */
export async function main() {
  await startCloud();
  process.stdout.write(`
The cloud is up. Its environment file is ${CLOUD_FILES.openrc}

  . ${CLOUD_FILES.openrc}
  openstack image list --hidden
  GRPC_ADDRESS=0.0.0.0:50051 GRPC_PUBLIC_ADDRESS=$AIO_HOST_ADDR:50051 npm start

${CLOUD_FILES.openrc2} is a second project's, ${CLOUD_FILES.adminrc} the administrator's, and
${CLOUD_FILES.clouds} has both projects as clouds aio and aio2.
npm run cloud:down stops it; npm run cloud:down -- --purge removes its state as well.
`);
  return 0;
}

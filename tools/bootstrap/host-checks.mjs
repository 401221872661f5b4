import { createServer } from 'node:net';
import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Refusal } from './refusal.mjs';

/** A Debian build's work directory, artifact, store copy and server disk together. */
const MINIMUM_FREE_BYTES = 6 * 1024 ** 3;

/** @throws Refusal when a port of ours cannot be had */
export async function checkPorts(configuration) {
  await checkPort('HTTP_ADDRESS', configuration.http);
  await checkPort('GRPC_ADDRESS', configuration.grpc);
}

async function checkPort(name, { host, port }) {
  const code = await tryToListen(host, port);
  if (code === undefined) return;
  const reasons = {
    EADDRINUSE: `Port ${port} on ${host} is in use: stop what listens there (ss -ltnp 'sport = :${port}' shows it) or set ${name} in config.env.`,
    EADDRNOTAVAIL: `${host} is no address of this machine: set ${name} in config.env.`,
    EACCES: `Listening on port ${port} is not allowed: set ${name} in config.env to a port above 1023.`,
    ENOTFOUND: `${host} is unknown: set ${name} in config.env.`,
  };
  throw new Refusal(reasons[code] ?? `Listening on ${host}:${port} (${name}) fails: ${code}.`);
}

/** @returns {Promise<string | undefined>} the error's code */
function tryToListen(host, port) {
  return new Promise((settle) => {
    const server = createServer();
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => settle(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => settle(undefined)));
  });
}

/** @throws Refusal when the file system of `storagePath` has no room for a build */
export function checkDisk(storagePath, minimumBytes = MINIMUM_FREE_BYTES) {
  let folder = storagePath;
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= minimumBytes) return;
  throw new Refusal(
    `${folder} has ${gib(free)} GiB free and a build needs ${gib(minimumBytes)}: make room there or set STORAGE_PATH in config.env to another disk.`,
  );
}

function gib(bytes) {
  return (bytes / 1024 ** 3).toFixed(1);
}

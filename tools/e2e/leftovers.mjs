import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/**
 * What is left on this machine of builds whose files are below `storagePath`: processes, loop devices, mounts,
 * device-mapper links, DIB's temporary directories.
 *
 * @param {string} storagePath absolute
 * @param {{ known?: number[] }} [options] pids that may be there: the server
 * @returns {string[]} a line for each
 */
export function findLeftovers(storagePath, { known = [] } = {}) {
  return [
    ...processesOf(storagePath, [process.pid, ...known]),
    ...loopDevicesOf(storagePath),
    ...mountsOf(storagePath),
    ...mapperLinksOf(storagePath),
    ...temporaryDirectories(),
  ];
}

function processesOf(storagePath, known) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && !known.includes(Number(name)))
    .filter((pid) => {
      const traces = [
        read(`/proc/${pid}/cmdline`),
        read(`/proc/${pid}/environ`),
        link(`/proc/${pid}/cwd`),
        link(`/proc/${pid}/root`),
      ];
      return traces.some((trace) => trace.includes(storagePath));
    })
    .map((pid) => `process ${pid}: ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').slice(0, 200)}`);
}

function loopDevicesOf(storagePath) {
  return loopDevices()
    .filter(({ file }) => file.startsWith(storagePath))
    .map(({ name, file }) => `loop device ${name}: ${file}`);
}

function mountsOf(storagePath) {
  return read('/proc/mounts')
    .split('\n')
    .filter((line) => line.split(' ').some((field) => field.startsWith(storagePath)))
    .map((line) => `mount ${line}`);
}

/** Partitions are named after their loop device: loop3p1. One whose device is another's build's is not ours. */
function mapperLinksOf(storagePath) {
  const foreign = new Set(
    loopDevices()
      .filter(({ file }) => file !== '' && !file.startsWith(storagePath))
      .map(({ name }) => name),
  );
  return list('/dev/mapper')
    .filter((name) => /^loop\d+p\d+$/.test(name) && !foreign.has(name.replace(/p\d+$/, '')))
    .map((name) => `link /dev/mapper/${name}`);
}

function temporaryDirectories() {
  return list('/tmp')
    .filter((name) => /^dib_(build|image)\./.test(name))
    .map((name) => `directory /tmp/${name}`);
}

function loopDevices() {
  return list('/sys/block')
    .filter((name) => name.startsWith('loop'))
    .map((name) => ({ name, file: read(`/sys/block/${name}/loop/backing_file`).trim() }));
}

/** Processes come and go while we look: what cannot be read is not there. */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function link(path) {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function list(path) {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, lstat, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { Artifact } from '../storage/index.js';

const run = promisify(execFile);

/**
 * What disk-image-create left when it said that all is well.
 *
 * @returns why it is no image of the format, as the end of a sentence; undefined when it is one.
 */
export async function problemOfBuilt(
  path: string,
  diskFormat: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const found = await lstat(path).catch(() => undefined);
  if (!found) return 'is not there';
  // Never through a link: what it leads to is somebody else's.
  if (!found.isFile()) return 'is no regular file';
  if (found.size === 0) return 'is empty';
  const { format, 'backing-filename': backing } = await qemuInfo(path, signal);
  if (format !== diskFormat) return `is ${format} by its content, not ${diskFormat}`;
  if (backing !== undefined) return `is only the difference to ${backing}`;
  return undefined;
}

/** Size, virtual size and checksum of an image file, which is made read-only: what was tested is what is promoted. */
export async function inspectArtifact(path: string, signal: AbortSignal): Promise<Artifact> {
  await chmod(path, 0o400);
  const { 'virtual-size': virtualSizeBytes } = await qemuInfo(path, signal);
  const { size: sizeBytes } = await stat(path);
  return { path, sizeBytes, virtualSizeBytes, sha512: await sha512Of(path, signal) };
}

/** @returns why the file is not what it was, or undefined when it is. */
export async function verifyArtifact(artifact: Artifact, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { size } = await stat(artifact.path);
    if (size !== artifact.sizeBytes) return `its size is ${size} bytes instead of ${artifact.sizeBytes}`;
    if ((await sha512Of(artifact.path, signal)) !== artifact.sha512) return 'its checksum differs';
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}

/** Of the output of `qemu-img info`, see `ImageInfo` in QEMU's qapi/block-core.json. */
interface QemuInfo {
  format: string;
  'virtual-size': number;
  'backing-filename'?: string;
}

async function qemuInfo(path: string, signal: AbortSignal): Promise<QemuInfo> {
  const { stdout } = await run('qemu-img', ['info', '--output=json', path], { signal });
  return JSON.parse(stdout) as QemuInfo;
}

async function sha512Of(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, { signal });
  return hash.digest('hex');
}

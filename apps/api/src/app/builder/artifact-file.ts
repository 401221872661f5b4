import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { Artifact } from '../storage/index.js';

const run = promisify(execFile);

/** Size, virtual size and checksum of an image file, which is made read-only: what was tested is what is promoted. */
export async function inspectArtifact(path: string, signal: AbortSignal): Promise<Artifact> {
  await chmod(path, 0o400);
  const { stdout } = await run('qemu-img', ['info', '--output=json', path], { signal });
  const { 'virtual-size': virtualSizeBytes } = JSON.parse(stdout) as { 'virtual-size': number };
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

async function sha512Of(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, { signal });
  return hash.digest('hex');
}

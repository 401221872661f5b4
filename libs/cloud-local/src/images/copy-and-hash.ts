import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CloudError } from '@image-manager/cloud';
import { throwIfCancelled } from '../cancellation.js';
import { asFullDisk } from '../full-disk.js';
import { isMissing } from '../json-file.js';

const BLOCK_BYTES = 1024 ** 2;
const PROGRESS_INTERVAL_MS = 250;

export interface CopyOptions {
  signal?: AbortSignal;
  onProgress?: (copiedBytes: number, totalBytes: number) => void;
}

/**
 * Copies a file in constant memory and hashes what it writes. The copy is on disk when this resolves; on any error no
 * copy is left. A copy, not a link: later changes to the source cannot reach it.
 *
 * @throws CloudError INVALID when the source cannot be read, is empty or changes its size meanwhile, NO_CAPACITY when
 *   the disk is full, CANCELLED.
 */
export async function copyAndHash(
  source: string,
  target: string,
  options: CopyOptions = {},
): Promise<{ sizeBytes: number; sha512: string }> {
  await using input = await openSource(source);
  const { size: totalBytes } = await input.stat();
  if (totalBytes === 0) throw new CloudError('INVALID', 'us', `${source} is empty`);
  try {
    // What a crash left there may be read-only already.
    await rm(target, { force: true });
    await using output = await open(target, 'wx', 0o600);
    const hash = createHash('sha512');
    const block = Buffer.allocUnsafe(BLOCK_BYTES);
    let copiedBytes = 0;
    let toldAt = -Infinity;
    for (;;) {
      throwIfCancelled(options.signal, 'The upload');
      const { bytesRead } = await input.read(block, 0, block.length);
      if (bytesRead === 0) break;
      const bytes = block.subarray(0, bytesRead);
      hash.update(bytes);
      for (let written = 0; written < bytesRead;) {
        written += (await output.write(bytes, written)).bytesWritten;
      }
      copiedBytes += bytesRead;
      if (performance.now() - toldAt >= PROGRESS_INTERVAL_MS || copiedBytes === totalBytes) {
        toldAt = performance.now();
        options.onProgress?.(copiedBytes, totalBytes);
      }
    }
    if (copiedBytes !== totalBytes) {
      throw new CloudError('INVALID', 'us', `${source} changed its size while it was uploaded`);
    }
    await output.chmod(0o400);
    await output.sync();
    return { sizeBytes: copiedBytes, sha512: hash.digest('hex') };
  } catch (error) {
    await rm(target, { force: true });
    throw asFullDisk(error, dirname(target)) ?? error;
  }
}

async function openSource(path: string): ReturnType<typeof open> {
  try {
    return await open(path, 'r');
  } catch (error) {
    const reason = isMissing(error) ? 'does not exist' : (error as Error).message;
    throw new CloudError('INVALID', 'us', `The file to upload, ${path}, ${reason}`, { cause: error });
  }
}

import { CloudError } from '@image-manager/cloud';
import { z } from 'zod';
import { runProgram } from '../run-program.js';

/** What we need of `qemu-img info --output=json`. */
const infoSchema = z.object({
  'virtual-size': z.int().nonnegative(),
  'backing-filename': z.string().optional(),
  'format-specific': z.object({ data: z.record(z.string(), z.unknown()).optional() }).optional(),
});

/**
 * The size of the disk that an image file holds, in bytes.
 *
 * @throws CloudError INVALID (fault `image`) when the file is not in that format, or refers to other files of this
 *   machine, which a server would then read.
 */
export async function readVirtualSize(
  qemuImg: string,
  file: string,
  diskFormat: string,
  signal?: AbortSignal,
): Promise<number> {
  let output: string;
  try {
    output = await runProgram(
      qemuImg,
      ['info', '--output=json', '-f', diskFormat, file],
      signal ? { signal } : {},
    );
  } catch (error) {
    if (!(error instanceof CloudError) || error.code !== 'UNKNOWN') throw error;
    throw new CloudError('INVALID', 'image', `The image is no ${diskFormat} file: ${error.message}`, {
      cause: error,
    });
  }
  const info = infoSchema.parse(JSON.parse(output));
  if (info['backing-filename'] !== undefined || info['format-specific']?.data?.['data-file'] !== undefined) {
    throw new CloudError('INVALID', 'image', 'The image refers to another file and does not stand alone');
  }
  return info['virtual-size'];
}

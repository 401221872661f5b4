import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { MAX_DEFINITION_CHARACTERS } from '@image-manager/disk-image-builder';

/** So many bytes hold one character more than a definition may have, whichever they are. */
const MAX_BYTES = 4 * (MAX_DEFINITION_CHARACTERS + 1);

/** A folder, a FIFO, a device: nothing to read a definition from. */
export class NotAFileError extends Error {
  override readonly name = 'NotAFileError';
  constructor() {
    super('is not a regular file');
  }
}

/**
 * The text of a definition file, cut off where it is too long to be one.
 *
 * @throws NotAFileError; what the system says of the file.
 */
export async function readDefinitionFile(path: string): Promise<string> {
  // Opened without it, a FIFO waits for a writer for ever.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) throw new NotAFileError();
    const text = Buffer.alloc(MAX_BYTES);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(text, length, text.length - length);
      if (bytesRead === 0) return text.toString('utf8', 0, length);
      length += bytesRead;
    }
  } finally {
    await file.close();
  }
}

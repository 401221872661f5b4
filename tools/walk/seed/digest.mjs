import { createHash } from 'node:crypto';

/** Looks like a checksum, and is one: of a text. @param {string} text @param {64 | 128} length in hexadecimal digits */
export function digest(text, length) {
  return createHash(length === 128 ? 'sha512' : 'sha256')
    .update(text)
    .digest('hex');
}

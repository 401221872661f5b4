import { CONTROL_SEQUENCE } from '@image-manager/contracts';

/** A server's words as one line of at most `limit` characters: they must not look like several lines, nor steer a terminal. */
export function plainText(text: string, limit: number): string {
  return text
    .slice(0, limit)
    .replaceAll(CONTROL_SEQUENCE, (sequence) => (sequence.startsWith('\u001b') ? '' : sequence))
    .replaceAll(/\p{Cc}+/gu, ' ');
}

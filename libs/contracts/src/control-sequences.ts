/**
 * What a terminal obeys instead of showing it: CSI sequences, of which the final byte `m` alone (SGR) carries a look
 * (groups 1 and 2: parameters and final byte), other escapes, and control characters but tab and line feed. Sources:
 * ECMA-48, 5.4 and 8.3.117; ECMA-35, 13.2 for escapes.
 */
export const CONTROL_SEQUENCE =
  /\u001b\[([0-?]*)[ -/]*([@-~])|\u001b[ -/]*[0-~]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** A log line's text as a person sees it. */
export function withoutControlSequences(text: string): string {
  return text.replace(CONTROL_SEQUENCE, '');
}

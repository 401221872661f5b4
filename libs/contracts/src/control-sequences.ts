/**
 * What a terminal obeys instead of showing it: CSI sequences, of which the final byte `m` alone (SGR) carries a look
 * (groups 1 and 2: parameters and final byte), other escapes, and control characters but tab and line feed. Source:
 * ECMA-48, 5.4 and 8.3.117.
 */
export const CONTROL_SEQUENCE =
  /\u001b\[([0-9;:?<=>]*)[ -/]*([@-~])|\u001b[@-Z\\-_]|[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** A log line's text as a person sees it. */
export function withoutControlSequences(text: string): string {
  return text.replace(CONTROL_SEQUENCE, '');
}

/**
 * What a terminal obeys instead of showing it: SGR, which alone carries a look (group 1: its parameters); other CSI
 * sequences, also one that is cut off; strings such as a window's title or a link's address (DCS, SOS,
 * OSC, PM, APC) with all they hold, up to their terminator, the next escape or the line's end; the Linux console's two
 * that look like such a string and have no terminator; other escapes; control characters but tab and line feed. Each
 * takes time in proportion to the line's length. Sources: ECMA-48, 5.4, 5.6 and 8.3.117; ECMA-35, 13.2 for escapes;
 * console_codes(4).
 */
export const CONTROL_SEQUENCE = new RegExp(
  [
    /\u001b\[([\d:;]*)m/,
    /\u001b\[[0-?]*[ -/]*[@-~]?/,
    /\u001b\](?:R|P[\da-fA-F]{7})/,
    /\u001b[PX\]^_][^\u0007\u0018\u001a\u001b\u009c]*(?:[\u0007\u009c]|\u001b\\)?/,
    /\u001b[ -/]*[0-~]/,
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

/** A log line's text as a person sees it. */
export function withoutControlSequences(text: string): string {
  return text.replace(CONTROL_SEQUENCE, '');
}

/** A log line's text as it is kept: with its colours, which {@link withoutControlSequences} takes away, and no more. */
export function withLooksAlone(text: string): string {
  return text.replace(CONTROL_SEQUENCE, (sequence, sgr?: string) => (sgr === undefined ? '' : sequence));
}

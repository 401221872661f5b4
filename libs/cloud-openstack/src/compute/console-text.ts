/**
 * CSI sequences whose escape is gone: colours, the cursor's place, what is erased, modes; and the line up by which systemd
 * writes a status anew. Only those that firmware, boot loaders and systemd print, and none that is as well a word in brackets
 * (`[mem 0x0]`) or a time (`[5m 3s]`). None depends on what stands before it: a line that lacks its beginning ends as the whole
 * one does.
 */
const BARE_SEQUENCE = new RegExp(
  [
    /\[(?:\d{1,3};)+\d{1,3}[Hfm]/,
    /\[0m/,
    /\[\d{1,3}m(?![\d\s\]])/,
    /\[[0-3][JK](?![\w\]])/,
    /\[[HJKm](?![\w\]])/,
    /\[\?\d{1,4}[hl]/,
    /M(?=\[K)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

/**
 * A console as the server printed it, as far as Nova's answer tells. Nova takes all control characters but tab and line feed out,
 * of `ESC[0;32m` leaving `[0;32m`, and puts a replacement character in the place of each byte that is not ASCII, three where systemd
 * shortens a name by `…`: a run of them is shown so, whatever it was.
 *
 * Sources: nova/api/openstack/compute/console_output.py, and get_console_output of nova/compute/manager.py.
 */
export function toConsoleText(output: string): string {
  return output.replace(BARE_SEQUENCE, '\u001b$&').replace(/\ufffd+/g, '…');
}

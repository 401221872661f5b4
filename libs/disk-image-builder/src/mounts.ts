import { readFile } from 'node:fs/promises';

/** proc(5): blanks, tabs, line feeds and backslashes in /proc/self/mountinfo are octal escapes. */
function unescape(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}

/** Mount points at or below a directory, the last mounted first: the order in which they can be unmounted. */
export async function listMountsBelow(directory: string): Promise<string[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8');
  return text
    .split('\n')
    .map((line) => unescape(line.split(' ')[4] ?? ''))
    .filter((path) => path === directory || path.startsWith(`${directory}/`))
    .reverse();
}

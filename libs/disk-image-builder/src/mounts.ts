import { readFile } from 'node:fs/promises';

/** What proc(5) tells of a mount in /proc/self/mountinfo. */
export interface Mount {
  path: string;
  /** Such as `tmpfs`. */
  type: string;
  /** Such as `/dev/loop0`. */
  source: string;
  /** `major:minor`: the same wherever one file system is mounted. */
  device: string;
}

/** proc(5): blanks, tabs, line feeds and backslashes in /proc/self/mountinfo are octal escapes. */
function unescape(field: string | undefined): string {
  return (field ?? '').replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(parseInt(octal, 8)),
  );
}

function readMount(line: string): Mount {
  const fields = line.split(' ');
  // Before the dash stand as many optional fields as there are.
  const [type, source] = fields.slice(fields.indexOf('-') + 1);
  return { path: unescape(fields[4]), type: type ?? '', source: unescape(source), device: fields[2] ?? '' };
}

/** What is mounted at or below a directory, the first mounted first. */
export async function findMountsBelow(directory: string): Promise<Mount[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8');
  return text
    .split('\n')
    .map(readMount)
    .filter(({ path }) => path === directory || path.startsWith(`${directory}/`));
}

/** Mount points at or below a directory, the last mounted first: the order in which they can be unmounted. */
export async function listMountsBelow(directory: string): Promise<string[]> {
  return (await findMountsBelow(directory)).map(({ path }) => path).reverse();
}

import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A directory with a `disk-image-create` of our own first in PATH, and room for work directories. */
export interface FakeDib {
  directory: string;
  /** Makes a work directory and gives its path. */
  workDirectory(name: string): Promise<string>;
  remove(): Promise<void>;
}

/** @param script what it does after `--version` was asked for; bash, with `$OUT` for the value of `-o`. */
export async function installFakeDib(script: string): Promise<FakeDib> {
  const directory = await mkdtemp(join(tmpdir(), 'fake-dib-'));
  const program = join(directory, 'bin', 'disk-image-create');
  await mkdir(join(directory, 'bin'));
  await writeFile(
    program,
    `#!/bin/bash
if [ "$1" = --version ]; then echo 3.42.0; exit 0; fi
while [ $# -gt 0 ]; do if [ "$1" = -o ]; then OUT=$2; fi; shift; done
${script}
`,
  );
  await chmod(program, 0o755);
  const path = process.env['PATH'] ?? '';
  process.env['PATH'] = `${join(directory, 'bin')}${delimiter}${path}`;
  return {
    directory,
    async workDirectory(name) {
      const work = join(directory, name);
      await mkdir(work);
      return work;
    },
    async remove() {
      process.env['PATH'] = path;
      await rm(directory, { recursive: true });
    },
  };
}

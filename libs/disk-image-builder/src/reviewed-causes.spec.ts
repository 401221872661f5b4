import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findDibCause, type DibCause } from './dib-cause.js';
import { readOutcome, type DibOutcome } from './outcome.js';
import { startDib } from './start-dib.js';
import { exampleSpec } from './testing/definition.js';
import { DIB_OUTPUTS } from './testing/dib-outputs.js';
import { installFakeDib, type FakeDib } from './testing/fake-dib.js';
import { spoolPath } from './work-files.js';

interface ReviewedCause {
  failure: string;
  title: string;
  code: string;
  fault: string;
  message: string;
  advice: string;
}

/** What a person reads; `docs/causes.md` shows the same rows. */
const reviewed = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'fixtures', 'reviewed-causes.json'), 'utf8'),
) as ReviewedCause[];

describe('the sentences about a failed disk-image-create', () => {
  let fake: FakeDib;
  const causes = new Map<string, DibCause>();

  beforeAll(async () => {
    fake = await installFakeDib('cat "$OUT.said"; exit 1');
    const runs = Object.entries(DIB_OUTPUTS).map(async ([failure, said]) => {
      causes.set(failure, await causeOf(await fake.workDirectory(failure), said));
    });
    await Promise.all(runs);
  }, 120_000);
  afterAll(() => fake.remove());

  it.each(Object.keys(DIB_OUTPUTS))('%s', (failure) => {
    const row = reviewed.find((entry) => entry.failure === failure);
    expect(causes.get(failure)).toMatchObject({
      code: row?.code,
      fault: row?.fault,
      message: row?.message,
      advice: row?.advice,
    });
  });

  it('were reviewed for failures that are provoked, and for no others', () => {
    expect(reviewed.map(({ failure }) => failure)).toEqual(Object.keys(DIB_OUTPUTS));
  });
});

/** Of a disk-image-create that says this and fails. */
async function causeOf(workDirectory: string, said: readonly string[]): Promise<DibCause> {
  await writeFile(join(workDirectory, 'image.said'), said.map((line) => `${line}\n`).join(''));
  await startDib(exampleSpec({ workDirectory }));
  let outcome: DibOutcome | undefined;
  while (!outcome) {
    await sleep(25);
    outcome = await readOutcome(workDirectory);
  }
  const output = await readFile(spoolPath(workDirectory), 'utf8');
  return findDibCause(output.split('\n').slice(0, -1), { outcome });
}

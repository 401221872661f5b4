import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findDibCause } from './dib-cause.js';
import { DIB_OUTPUTS } from './testing/dib-outputs.js';

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
  it.each(Object.entries(DIB_OUTPUTS))('%s', (failure, output) => {
    const { code, fault, message, advice } = findDibCause(output, { outcome: { exitCode: 1, signal: null } });
    const row = reviewed.find((entry) => entry.failure === failure);
    expect({ code, fault, message, advice }).toEqual({
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

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../bootstrap/workspace.mjs';
import { parseRows } from './rows.mjs';
import { withTable } from './table.mjs';

const DOCUMENT = join(ROOT, 'docs/example.md');
const ROW = {
  where: 'boot',
  fault: 'kill -9',
  status: 'failed',
  code: 'AGENT_SILENT',
  message: 'Said <nothing> | ever',
};
const place = (name, content = '') => `<!-- rows of ${name} -->\n\n${content}<!-- end of ${name} -->\n`;

describe('the table of a fault matrix', () => {
  it('goes between its markers and leaves the rest alone', async () => {
    const text = `# Title\n\n${place('local')}\n${place('other', 'stays\n\n')}`;
    const changed = await withTable(DOCUMENT, text, { matrix: 'local', rows: [ROW] });
    assert.match(
      changed,
      /\| boot +\| kill -9 +\| failed +\| `AGENT_SILENT` +\| Said \\<nothing\\> \\\| ever +\|/,
    );
    assert.ok(changed.includes(place('other', 'stays\n\n')));
    assert.equal(await withTable(DOCUMENT, changed, { matrix: 'local', rows: [ROW] }), changed);
  });

  it('says a case that has no cause without one, and what is special about it', async () => {
    const row = { where: 'promote', fault: 'is cancelled', status: 'succeeded', note: 'it had begun' };
    const changed = await withTable(DOCUMENT, place('local'), { matrix: 'local', rows: [row] });
    assert.match(changed, /\| promote +\| is cancelled +\| succeeded +\| +\| _it had begun_ +\|/);
  });

  it('says what happened and then what to do', async () => {
    const row = { ...ROW, message: 'The disk is full', advice: 'Free some of it.' };
    const changed = await withTable(DOCUMENT, place('local'), { matrix: 'local', rows: [row] });
    assert.match(changed, /\| The disk is full\. Free some of it\. +\|/);
  });

  it('needs a place', async () => {
    await assert.rejects(withTable(DOCUMENT, '# Title\n', { matrix: 'local', rows: [ROW] }), /rows of local/);
  });
});

describe('the rows of a fault matrix', () => {
  const read = (...rows) => parseRows('local', JSON.stringify({ matrix: 'local', rows }));

  it('are taken as they are', () => {
    assert.deepEqual(read(ROW).rows, [ROW]);
  });

  it('are refused where they are wrong, of another matrix, doubled or none', () => {
    assert.throws(() => read({ ...ROW, status: '' }), /row 0 of local: status/);
    assert.throws(() => read({ ...ROW, code: 5 }), /row 0 of local: code/);
    assert.throws(() => read(ROW, ROW), /two rows for boot, kill -9/);
    assert.throws(() => read(), /no rows/);
    assert.throws(
      () => parseRows('openstack', JSON.stringify({ matrix: 'local', rows: [ROW] })),
      /of matrix local/,
    );
  });
});

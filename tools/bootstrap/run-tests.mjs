import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProgress, runLogged } from './progress.mjs';
import { nx } from './build.mjs';
import { prepare } from './prepare.mjs';
import { SYSTEM_PACKAGES } from './system-packages.mjs';
import { BIN, PINNED_NODE, ROOT, workspaceEnvironment } from './workspace.mjs';

/** In order of how soon they fail; a group that fails keeps the later ones from running. `counts`: its output says how many tests passed. */
const GROUPS = [
  {
    name: 'format',
    title: 'format check',
    argv: [PINNED_NODE, join(BIN, 'prettier'), '--check', '--log-level', 'warn', '.'],
  },
  { name: 'lint', title: 'lint and module boundaries', argv: nx('run-many', '-t', 'lint') },
  { name: 'typecheck', title: 'type check', argv: nx('run-many', '-t', 'typecheck') },
  { name: 'unit', title: 'unit and integration tests', argv: nx('run-many', '-t', 'test'), counts: true },
  {
    name: 'rows',
    title: 'what docs/reliability.md says of the fault matrix',
    argv: [PINNED_NODE, join(ROOT, 'tools/bootstrap/docs-reliability.mjs'), '--check', 'local'],
  },
  {
    name: 'walks',
    title: 'walks through the dashboard in Chromium',
    argv: [PINNED_NODE, join(ROOT, 'tools/bootstrap/walk.mjs')],
    counts: true,
  },
];

/**
 * Everything but the life cycle itself: `npm test`. The last line is `N passed, N failed`, where the checks before the
 * tests count as one each.
 *
 * @returns {Promise<number>} exit status
 */
export async function main() {
  const progress = createProgress(process.stdout);
  await prepare(progress, { programs: SYSTEM_PACKAGES.tests, build: false });
  const totals = { passed: 0, failed: 0 };
  for (const group of GROUPS) {
    if (!(await runGroup(group, progress, totals))) break;
  }
  progress.say(`${totals.passed} passed, ${totals.failed} failed`);
  return totals.failed === 0 ? 0 : 1;
}

async function runGroup({ name, title, argv, counts = false }, progress, totals) {
  try {
    const log = await progress.step(title, () =>
      runLogged(`test-${name}`, argv, { env: workspaceEnvironment() }),
    );
    totals.passed += counts ? countTests(readFileSync(log, 'utf8')) : 1;
    return true;
  } catch (error) {
    progress.say(error.message);
    totals.failed += 1;
    return false;
  }
}

/**
 * Sums up the closing lines of jest (`Tests: 1 skipped, 2 passed, 3 total`), of node's runner (`# pass 2`) and of the walks
 * (`2 passed, 0 failed`).
 */
function countTests(log) {
  // Colours and Nx's prefixes stand around them.
  const plain = log.replace(/\u001b\[[0-9;]*m/g, '');
  const jest = plain.matchAll(/Tests:.*?(\d+) passed/g);
  const node = plain.matchAll(/(?:#|ℹ) pass (\d+)/g);
  const walks = plain.matchAll(/^(\d+) passed, \d+ failed$/gm);
  return [...jest, ...node, ...walks].reduce((sum, match) => sum + Number(match[1]), 0);
}

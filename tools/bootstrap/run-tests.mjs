import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nx } from './build.mjs';
import { countTests } from './count-tests.mjs';
import { prepare } from './prepare.mjs';
import { createProgress, runLogged, stepLog } from './progress.mjs';
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
  const step = `test-${name}`;
  const count = () => (counts ? countTests(readFileSync(stepLog(step), 'utf8')) : undefined);
  try {
    await progress.step(title, () => runLogged(step, argv, { env: workspaceEnvironment() }));
    totals.passed += count()?.passed ?? 1;
    return true;
  } catch (error) {
    progress.say(error.message);
    const { passed = 0, failed = 0 } = count() ?? {};
    totals.passed += passed;
    // A group can fail without a test that did, such as by a file that does not compile.
    totals.failed += Math.max(1, failed);
    return false;
  }
}

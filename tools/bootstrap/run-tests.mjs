import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nx } from './build.mjs';
import { countTests } from './count-tests.mjs';
import { prepare } from './prepare.mjs';
import { createProgress, runLogged, stepLog } from './progress.mjs';
import { Refusal } from './refusal.mjs';
import { SYSTEM_PACKAGES } from './system-packages.mjs';
import { BIN, PINNED_NODE, ROOT, workspaceEnvironment } from './workspace.mjs';

/** The API is started again and again, and compiling its modules is a fifth of each start. */
const COMPILED = join(ROOT, 'node_modules/.cache/compiled');

/** Most tests wait for processes of their own: what is linted and compiled meanwhile costs no time. */
const NX_TASKS = '--parallel=3';

/**
 * A group that fails keeps the later ones from running. What is in one group goes on at the same time. `counts`: its output says
 * how many tests passed.
 */
const GROUPS = [
  {
    title: 'format, lint, module boundaries, types, unit and integration tests',
    parts: [
      {
        name: 'format',
        argv: [PINNED_NODE, join(BIN, 'prettier'), '--check', '--log-level', 'warn', '.'],
      },
      { name: 'unit', argv: nx('run-many', '-t', 'test', 'lint', 'typecheck', NX_TASKS), counts: true },
    ],
  },
  {
    title: 'what docs/reliability.md says of the fault matrix',
    parts: [
      {
        name: 'rows',
        argv: [PINNED_NODE, join(ROOT, 'tools/bootstrap/docs-reliability.mjs'), '--check', 'local'],
      },
    ],
  },
  {
    title: 'walks through the dashboard in Chromium',
    parts: [{ name: 'walks', argv: [PINNED_NODE, join(ROOT, 'tools/bootstrap/walk.mjs')], counts: true }],
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
  await prepare(progress, { programs: SYSTEM_PACKAGES.tests });
  const totals = { passed: 0, failed: 0 };
  for (const { title, parts } of GROUPS) {
    const results = await runGroup(title, parts, progress);
    for (const { passed, failed } of results) {
      totals.passed += passed;
      totals.failed += failed;
    }
    if (totals.failed > 0) break;
  }
  progress.say(`${totals.passed} passed, ${totals.failed} failed`);
  return totals.failed === 0 ? 0 : 1;
}

async function runGroup(title, parts, progress) {
  let results = [];
  try {
    await progress.step(title, async () => {
      results = await Promise.all(parts.map(runPart));
      const messages = results.flatMap(({ message }) => message ?? []);
      if (messages.length > 0) throw new Refusal(messages.join('\n'));
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    progress.say(error.message);
  }
  return results;
}

/** @returns {Promise<{ passed: number, failed: number, message?: string }>} `message`: why it failed */
async function runPart({ name, argv, counts = false }) {
  const step = `test-${name}`;
  const count = () => (counts ? countTests(readFileSync(stepLog(step), 'utf8')) : undefined);
  try {
    await runLogged(step, argv, { env: workspaceEnvironment({ NODE_COMPILE_CACHE: COMPILED }) });
    return { passed: count()?.passed ?? 1, failed: 0 };
  } catch (error) {
    const { passed = 0, failed = 0 } = count() ?? {};
    // A part can fail without a test that did, such as by a file that does not compile.
    return { passed, failed: Math.max(1, failed), message: error.message };
  }
}

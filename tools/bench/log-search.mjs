import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createSandbox } from '../e2e/sandbox.mjs';
import { createDatabase } from '../walk/seed/database.mjs';
import { writeLog } from '../walk/seed/logs.mjs';
import { buildOf } from './history.mjs';
import { lineOf } from './log-server.mjs';

const run = promisify(execFile);

const LINES = 1_000_000;
const AT_ONCE = 50_000;
const TURNS = 5;
/** A failed one: nothing follows its log any more. */
const BUILD = buildOf(1);

/** What is searched for, and how many lines hold it. */
const SEARCHES = {
  'a word of one line': { pattern: 'libexample777777:', flags: ['-F'], query: '' },
  'a word of each line': { pattern: 'Triggers', flags: ['-F'], query: '' },
  'an expression': { pattern: 'libexample[0-9]+77:', flags: ['-E'], query: '&regex=true' },
};

/** @typedef {{ ms: number, grepMs: number, ratio: number, found: number, grepFound: number }} Comparison medians, and lines found */

/**
 * The search over a log of 1,000,000 lines as a person asks for it, over HTTP and without regard to case, against `grep -ci`
 * over the same log as one downloads it; in turns, so that both meet the same machine.
 *
 * @returns {Promise<Record<string, Comparison>>} by what is searched for
 */
export async function measureLogSearch() {
  const sandbox = await createSandbox();
  try {
    await fill(sandbox.storagePath);
    await sandbox.startServer();
    const file = join(sandbox.folder, 'build.log');
    const download = await ask(sandbox, 'log.txt');
    await pipeline(/** @type {AsyncIterable<Uint8Array>} */ (download.body), createWriteStream(file));
    const results = /** @type {Record<string, Comparison>} */ ({});
    for (const [name, search] of Object.entries(SEARCHES))
      results[name] = await compare(sandbox, file, search);
    return results;
  } finally {
    await sandbox.remove();
  }
}

async function fill(storagePath) {
  const database = await createDatabase(storagePath);
  try {
    await database.insert('BuildEntity', [BUILD]);
    for (let first = 1; first <= LINES; first += AT_ONCE) {
      const lines = Array.from({ length: AT_ONCE }, (_, index) => lineOf(first + index));
      await writeLog(database, BUILD.id, lines);
    }
  } finally {
    await database.close();
  }
}

async function compare(sandbox, file, { pattern, flags, query }) {
  const times = { ours: [], grep: [] };
  let found = 0;
  let grepFound = 0;
  // The first turn warms both up, and is not counted.
  for (let turn = 0; turn <= TURNS; turn += 1) {
    const ours = await timed(async () => {
      const answer = await ask(sandbox, `log/search?q=${encodeURIComponent(pattern)}${query}`);
      found = (await answer.json()).total;
    });
    const grep = await timed(async () => {
      const { stdout } = await run('grep', ['-ci', ...flags, '-e', pattern, file], {
        env: { ...process.env, LC_ALL: 'C.UTF-8' },
      });
      grepFound = Number(stdout);
    });
    if (turn === 0) continue;
    times.ours.push(ours);
    times.grep.push(grep);
  }
  const [ms, grepMs] = [median(times.ours), median(times.grep)];
  return { ms: Math.round(ms), grepMs: Math.round(grepMs), ratio: ms / grepMs, found, grepFound };
}

async function ask({ url, api }, path) {
  const response = await fetch(`${url}/api/builds/${BUILD.id}/${path}`, {
    headers: { authorization: api.authorization },
  });
  if (!response.ok || response.body === null) throw new Error(`${path} answered ${response.status}`);
  return response;
}

async function timed(work) {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

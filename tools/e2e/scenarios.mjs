import { setTimeout as delay } from 'node:timers/promises';
import { formatDuration } from '../bootstrap/progress.mjs';
import { Refusal } from '../bootstrap/refusal.mjs';

/** What a scenario that is broken off has to put back what it changed, once its server is stopped. */
const WIND_UP_MS = 60_000;

/**
 * The scenarios whose names hold one of the words, and what they need, in the same order; without words all of them.
 *
 * @template {{ name: string, needs?: string[] }} T
 * @param {T[]} scenarios
 * @param {string[]} words
 * @throws Refusal for a word that no name holds
 */
export function selectScenarios(scenarios, words) {
  if (words.length === 0) return scenarios;
  const wanted = new Set();
  const want = (name) => {
    if (wanted.has(name)) return;
    wanted.add(name);
    for (const need of scenarios.find((scenario) => scenario.name === name)?.needs ?? []) want(need);
  };
  for (const word of words) {
    const found = scenarios.filter(({ name }) => name.toLowerCase().includes(word.toLowerCase()));
    if (found.length === 0) throw new Refusal(`No scenario has ${JSON.stringify(word)} in its name.`);
    for (const { name } of found) want(name);
  }
  return scenarios.filter(({ name }) => wanted.has(name));
}

/**
 * Runs scenarios one after the other; they build on each other's state, so a scenario may need earlier ones.
 *
 * @param {{ name: string, needs?: string[], run(context: object): Promise<string | void> }[]} scenarios `run` may give a
 *   remark for people; what it throws is the failure
 * @param {object} context what they share
 * @param {(text: string) => void} say
 * @param {{ signal?: AbortSignal }} [options] `signal`: no further scenario, and the one under way only winds up
 * @returns {Promise<{ passed: number, failed: number }>}
 * @throws the signal's reason
 */
export async function runScenarios(scenarios, context, say, { signal } = {}) {
  const passed = new Set();
  const failed = new Set();
  for (const { name, needs = [], run } of scenarios) {
    signal?.throwIfAborted();
    const missing = needs.filter((need) => !passed.has(need));
    if (missing.length > 0) {
      failed.add(name);
      say(`FAIL  ${name}: not run, as it needs: ${missing.join(', ')}`);
      continue;
    }
    const begin = performance.now();
    try {
      const remark = await unlessAborted(run(context), signal);
      passed.add(name);
      say(`ok    ${name} (${formatDuration(performance.now() - begin)})${remark ? `: ${remark}` : ''}`);
    } catch (error) {
      signal?.throwIfAborted();
      failed.add(name);
      say(`FAIL  ${name} (${formatDuration(performance.now() - begin)}): ${error.stack ?? error}`);
    }
  }
  return { passed: passed.size, failed: failed.size };
}

/** @template T @param {Promise<T>} work @param {AbortSignal} [signal] */
async function unlessAborted(work, signal) {
  let abort = () => {};
  const aborted = new Promise((settle) => (abort = () => settle(undefined)));
  signal?.addEventListener('abort', abort);
  await Promise.race([work, aborted]).finally(() => signal?.removeEventListener('abort', abort));
  if (!signal?.aborted) return work;
  await Promise.race([work, delay(WIND_UP_MS, undefined, { ref: false })]).catch(() => undefined);
  throw signal.reason;
}

/**
 * Asks until there is an answer other than undefined or false.
 *
 * @template T
 * @param {string} what is waited for, for the error's message
 * @param {() => T | Promise<T>} read what it throws passes through
 * @param {{ timeoutMs: number, intervalMs?: number }} options
 */
export async function waitUntil(what, read, { timeoutMs, intervalMs = 250 }) {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${formatDuration(timeoutMs)}`);
    await new Promise((settle) => setTimeout(settle, intervalMs));
  }
}

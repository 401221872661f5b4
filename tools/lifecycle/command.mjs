import { parseArguments, USAGE } from './arguments.mjs';
import { createProgress } from '../bootstrap/progress.mjs';
import { ensureConfiguration } from '../bootstrap/configuration.mjs';
import { prepare } from '../bootstrap/prepare.mjs';
import { createApiClient } from './api-client.mjs';
import { checkRequest } from './check-request.mjs';
import { followBuild } from './follow-build.mjs';
import { createInterrupts } from './interrupts.mjs';
import { createPlainScreen } from './plain-screen.mjs';
import { createTerminalScreen } from './terminal-screen.mjs';
import { describeOutcome, exitStatusOf, toJson } from './outcome.mjs';
import { useServer } from './server.mjs';

/**
 * `npm run lifecycle`: one build in the foreground. It is a client of the API like the dashboard; when no server runs,
 * it starts one for as long as the build takes.
 *
 * @param {string[]} argv
 * @returns {Promise<number>} 0 promoted, 1 failed, 2 bad arguments, 130 interrupted
 */
export async function main(argv) {
  const request = parseArguments(argv);
  if (request.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const progress = createProgress(process.stderr);
  const configuration = ensureConfiguration(progress);
  const interrupts = createInterrupts();
  const server = await useServer(configuration, {
    progress,
    signal: interrupts.first,
    prepare: (options) => prepare(progress, options),
  });
  try {
    const api = createApiClient(server.url, configuration);
    await checkRequest(api, request);
    if (interrupts.first.aborted) return interrupts.exitStatus();
    const build = await api.createBuild(request);
    const screen = request.json
      ? createPlainScreen(process.stderr)
      : process.stdout.isTTY
        ? createTerminalScreen(process.stdout)
        : createPlainScreen(process.stdout);
    const outcome = await followBuild(api, build, { screen, interrupts });
    for (const line of describeOutcome(outcome, server.url)) screen.say(line);
    if (request.json) process.stdout.write(`${JSON.stringify(toJson(outcome))}\n`);
    return exitStatusOf(outcome, interrupts);
  } finally {
    await server.release(interrupts.second);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../bootstrap/refusal.mjs';

/** Events may be lost with a connection; the REST API is asked as well. */
const POLL_MS = 3000;
/** How long the last lines may take to arrive over the socket before they are fetched. */
const DRAIN_MS = 2000;

/** A server that is silent for so long is taken for dead. */
const SILENCE_MS = 30_000;

const FINAL = new Set(['succeeded', 'partial', 'failed', 'cancelled']);

/**
 * Shows a build on a screen until it is over. The first interrupt cancels it and goes on following; after the second one
 * the build is left to the server.
 *
 * @param {ReturnType<import('./api-client.mjs').createApiClient>} api
 * @returns {Promise<{ build: object, left: boolean }>} the build as it is at the end; `left`: it is not over
 */
export async function followBuild(api, build, { screen, interrupts }) {
  const { io } = await import('socket.io-client');
  const socket = io(api.url, {
    extraHeaders: { authorization: api.authorization },
    transports: ['websocket'],
    reconnectionDelayMax: 2000,
  });
  const watch = watchLog(api, build.id, socket, screen);
  const over = new AbortController();
  socket.on('stage', (change) => change.buildId === build.id && screen.stage(change));
  socket.on('build', (change) => change.id === build.id && FINAL.has(change.status) && over.abort());
  interrupts.first.addEventListener('abort', () => void cancel(api, build.id, screen), { once: true });
  if (interrupts.first.aborted) void cancel(api, build.id, screen);

  screen.build(build);
  try {
    let latest = build;
    let silentSince;
    while (!FINAL.has(latest.status) && !interrupts.second.aborted) {
      await pause(over.signal, interrupts.second);
      try {
        latest = await api.build(build.id);
        silentSince = undefined;
      } catch (error) {
        if (error.status !== undefined && error.status < 500) throw error;
        // A server that is busy or restarts may answer at a later turn.
        silentSince ??= performance.now();
        if (performance.now() - silentSince > SILENCE_MS) {
          throw new Refusal(`The server at ${api.url} does not answer any more: ${error.message}`);
        }
      }
      screen.build(latest);
    }
    if (!interrupts.second.aborted) await watch.drain(latest.logLines);
    return { build: latest, left: !FINAL.has(latest.status) };
  } finally {
    screen.close();
    socket.disconnect();
  }
}

/** Until the next turn, or until there is news. */
async function pause(over, leave) {
  if (over.aborted) return void (await sleep(100));
  await sleep(POLL_MS, undefined, { signal: AbortSignal.any([over, leave]) }).catch(() => {});
}

async function cancel(api, id, screen) {
  screen.say('Cancelling; Ctrl-C again leaves the cleaning to the server.');
  await api.cancelBuild(id).catch((error) => screen.say(error.message));
}

/** Each line once and in order, across reconnects. */
function watchLog(api, buildId, socket, screen) {
  let last = 0;
  const take = (lines) => {
    for (const line of lines) {
      if (line.n !== last + 1) continue;
      last = line.n;
      screen.line(line);
    }
  };
  socket.on('log', (batch) => batch.buildId === buildId && take(batch.lines));
  socket.on('connect_error', (error) => screen.say(`live log: ${error.message}`));
  socket.on('connect', () => {
    socket.emit('subscribe', { buildId, fromLine: last + 1 }, (answer) => {
      if (!answer.ok) screen.say(`live log: ${answer.message}`);
    });
  });
  return {
    async drain(total) {
      const deadline = performance.now() + DRAIN_MS;
      while (last < total && performance.now() < deadline) await sleep(50);
      while (last < total) {
        const before = last;
        take((await api.log(buildId, last + 1)).lines);
        if (last === before) return;
      }
    },
  };
}

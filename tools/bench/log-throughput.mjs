import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { io } from 'socket.io-client';
import { expectFinal } from '../e2e/expectations.mjs';
import { PINNED_NODE } from '../bootstrap/workspace.mjs';
import { cpuSeconds, residentMb } from './process-figures.mjs';

const RATE = 10_000;
const SECONDS = 20;
const FLOOD = /^flood (\d+) (\d+) /;

/** A folder for the front of PATH whose disk-image-create prints lines. */
export function installFlood(folder) {
  const bin = join(folder, 'flood');
  mkdirSync(bin);
  copyFileSync(fileURLToPath(new URL('flood.mjs', import.meta.url)), join(bin, 'disk-image-create'));
  chmodSync(join(bin, 'disk-image-create'), 0o755);
  return bin;
}

/**
 * Lines from a build's program over spool, database and socket.io to a watcher.
 *
 * @returns {Promise<object>} figures; `lost` and `doubled` count lines, delays are milliseconds from print to delivery
 */
export async function measureLogThroughput(sandbox) {
  const [pid] = sandbox.serverPids();
  const socket = io(sandbox.url, {
    extraHeaders: { authorization: sandbox.api.authorization },
    transports: ['websocket'],
  });
  const seen = new Uint8Array(RATE * SECONDS);
  const delays = [];
  let ordered = true;
  let last = 0;
  let firstAt = 0;
  let lastAt = 0;
  let peakMb = 0;
  socket.on('log', ({ lines }) => {
    const now = Date.now();
    for (const { n, text } of lines) {
      if (n !== last + 1) ordered = false;
      last = n;
      const match = FLOOD.exec(text);
      if (!match) continue;
      seen[Number(match[1])] += 1;
      delays.push(now - Number(match[2]));
      firstAt ||= now;
      lastAt = now;
    }
  });
  const sampler = setInterval(() => (peakMb = Math.max(peakMb, residentMb(pid))), 250);
  try {
    const cpu = cpuSeconds(pid);
    const { id } = await sandbox.api.createBuild({ distroId: 'debian-12' });
    await socket.timeout(10_000).emitWithAck('subscribe', { buildId: id, fromLine: 1 });
    const build = await expectFinal(sandbox, id, 180_000);
    for (let turn = 0; last < build.logLines && turn < 100; turn++)
      await new Promise((settle) => setTimeout(settle, 100));
    delays.sort((a, b) => a - b);
    const delivered = seen.reduce((sum, count) => sum + Math.min(count, 1), 0);
    return {
      lines: seen.length,
      linesPerSecond: Math.round(delivered / ((lastAt - firstAt) / 1000)),
      lost: seen.length - delivered,
      doubled: seen.filter((count) => count > 1).length,
      ordered,
      delayMedianMs: delays[Math.floor(delays.length / 2)],
      delayP99Ms: delays[Math.floor(delays.length * 0.99)],
      cpuSeconds: Number((cpuSeconds(pid) - cpu).toFixed(1)),
      peakRssMb: Math.round(peakMb),
      cause: build.cause?.code,
    };
  } finally {
    clearInterval(sampler);
    socket.disconnect();
  }
}

/** The stand-in's first line asks for a Node by PATH. */
export const floodPath = (bin, path) => [bin, dirname(PINNED_NODE), path].join(':');
export const floodEnvironment = { FLOOD_RATE: String(RATE), FLOOD_SECONDS: String(SECONDS) };

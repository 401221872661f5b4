import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What can go wrong, and how often it is chosen. Each strikes a build that may run or be over, and leaves the manager
 * running.
 *
 * @type {{ name: string, weight: number, run(installation: any, buildId: number): Promise<void> }[]}
 */
export const STRIKES = [
  {
    name: 'kill -9',
    weight: 6,
    async run({ sandbox }) {
      await sandbox.stopServer('SIGKILL');
      await sandbox.startServer();
    },
  },
  {
    name: 'SIGTERM',
    weight: 2,
    async run({ sandbox }) {
      await sandbox.stopServer('SIGTERM');
      await sandbox.startServer();
    },
  },
  {
    name: 'cancel',
    weight: 2,
    async run({ sandbox }, buildId) {
      // A build that is over refuses it, and so it should.
      await sandbox.api.cancelBuild(buildId).catch((error) => {
        if (error.code !== 'ALREADY_ENDED') throw error;
      });
    },
  },
  {
    name: 'cancel, then kill -9',
    weight: 1,
    async run({ sandbox }, buildId) {
      void sandbox.api.cancelBuild(buildId).catch(() => {});
      await new Promise((settle) => setTimeout(settle, 20));
      await sandbox.stopServer('SIGKILL');
      await sandbox.startServer();
    },
  },
  {
    name: 'disk-image-create dies',
    weight: 1,
    run: async ({ sandbox }) => killProcesses(join(sandbox.storagePath, 'work'), 'disk-image-create'),
  },
  {
    name: 'the server dies',
    weight: 1,
    run: async ({ sandbox }) => killServers(sandbox),
  },
];

/** @param {ReturnType<import('./random.mjs').seeded>} random */
export function chooseStrike(random) {
  return random.pick(STRIKES.flatMap((strike) => Array.from({ length: strike.weight }, () => strike)));
}

/** The QEMU processes of this installation. */
export function killServers({ storagePath }) {
  killProcesses(join(storagePath, 'clouds/local/servers'), 'qemu-system');
}

/** Only processes that name a folder of this installation, or work in one: QEMU names its files from there. */
function killProcesses(folder, program) {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      const isOurs = command.includes(folder) || readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
      if (isOurs && command.includes(program)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}

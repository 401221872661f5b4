import { join, delimiter } from 'node:path';
import { AGENT_CHECKS } from '@image-manager/contracts';
import { startStandIn } from '@image-manager/cloud-openstack/testing';
import { ROOT } from '../bootstrap/workspace.mjs';
import { Guests, localServers } from '../chaos/guests.mjs';
import { seeded } from '../chaos/random.mjs';
import { createSandbox } from '../e2e/sandbox.mjs';
import { configureClouds, standInServers } from './clouds.mjs';
import { bootTiming, findingsOf } from './seed/agent-findings.mjs';
import { packageHistory } from './seed/package-lists.mjs';
import { seed } from './seed/seed.mjs';

/** The definition whose builds go on for minutes, and print what a real one prints. */
export const SLOW_DISTRO = 'debian-13';
/** What makes the build of another definition do so. */
export const TALKATIVE = '--root-label=talkative';

/**
 * The real API with clouds, builds and servers that cost nothing: disk-image-create is a stand-in, one OpenStack too, servers
 * have no system in them, and someone speaks for their agents. It has half a year of history, unless it is to be fresh: then it
 * is as after installation, with the local cloud alone.
 *
 * @param {{ httpPort?: number, password?: string, fresh?: boolean, longLines?: number, clouds?: number }} [options] `clouds`:
 *   those beyond the usual three are full
 */
export async function createInstallation({
  httpPort,
  password,
  fresh = false,
  longLines,
  clouds: count = 3,
} = {}) {
  const sandbox = await createSandbox({ httpPort, password });
  const names = ['lab', ...Array.from({ length: fresh ? 0 : count - 3 }, (_, index) => `rack-${index + 1}`)];
  const standIns = new Map(
    await Promise.all(names.map(async (name) => /** @type {const} */ ([name, await startStandIn()]))),
  );
  const standIn = standIns.get('lab');
  sandbox.onRemove(async () => {
    await Promise.all([...standIns.values()].map((one) => one.close()));
  });
  const programs = join(ROOT, 'apps/api/src/testing/stand-ins/bin');
  Object.assign(sandbox.environment, {
    PATH: `${programs}${delimiter}${sandbox.environment.PATH}`,
    // Any program will do: nobody starts it.
    AGENT_BINARY: process.execPath,
    LOCAL_FLAVOR_MEMORY_MB: '512',
    LOCAL_FLAVOR_VCPUS: '1',
    LOG_LEVEL: 'warn',
    MAX_CONCURRENT_BUILDS: '2',
  });
  if (!fresh) configureClouds(sandbox, standIns);
  const history = fresh ? undefined : await seed(sandbox, standIns, { longLines, slowDistro: SLOW_DISTRO });
  const report = reporter();
  const guests = [localServers(sandbox.storagePath), standInServers(standIn)].map(
    (servers) => new Guests(servers, sandbox.grpcAddress, report),
  );
  sandbox.onRemove(async () => {
    await Promise.all(guests.map((guest) => guest.stop()));
  });
  return { sandbox, standIn, guests, history };
}

/** What a healthy server's agent reports. */
function reporter() {
  const random = seeded(11);
  const packages = packageHistory(random, 'deb12u');
  return () => {
    const list = packages.next();
    const checks = findingsOf(AGENT_CHECKS, random, { packageCount: list.length }).map(
      ({ status, ...check }) => ({ ...check, status: `CHECK_STATUS_${status.toUpperCase()}` }),
    );
    return { checks, packages: list, timing: bootTiming(50, random), kernelRelease: '6.1.0-41-amd64' };
  };
}

import { randomUUID } from 'node:crypto';
import { seeded } from '../../chaos/random.mjs';
import { createDatabase } from './database.mjs';
import { writeDefinitions } from './definitions.mjs';
import { planHistory } from './history.mjs';
import { planImages, storeImages, writeImageRows, writeSwitchRows } from './images.mjs';
import { logOf, writeLog } from './logs.mjs';
import { writeHistory, writeKeptServers } from './rows.mjs';

/**
 * Gives an installation that was never started half a year of history.
 *
 * @param {{ storagePath: string, distrosPath: string }} sandbox
 * @param {Map<string, import('@image-manager/cloud-openstack/testing').StandIn>} standIns by the names of their clouds
 * @param {{ longLines?: number, slowDistro?: string }} [options] lines of the log of the build that failed last; whose builds
 *   go on for minutes
 * @returns {Promise<{ total: number, shown: Record<string, number> }>} numbers of the builds that are there to be looked at
 */
export async function seed({ storagePath, distrosPath }, standIns, { longLines = 12_000, slowDistro } = {}) {
  const now = Date.now();
  const installationId = randomUUID();
  const builds = planHistory(writeDefinitions(distrosPath, slowDistro), seeded(7), now);
  const full = [...standIns.keys()].filter((name) => name !== 'lab');
  const images = planImages(builds, installationId, now, full);
  const database = await createDatabase(storagePath);
  try {
    await database.insert('InstallationEntity', [
      { id: installationId, createdAt: new Date(builds[0].createdAt - 3600_000) },
    ]);
    await writeHistory(database, builds, storagePath);
    await writeKeptServers(database, builds.findLast(isCheckFailed), now);
    await writeImageRows(database, images);
    await writeSwitchRows(database, images);
    for (const build of builds) await writeLog(database, build.id, logOf(build, { longLines }));
  } finally {
    await database.close();
  }
  storeImages(images, storagePath, standIns);
  const newest = (fits) => builds.findLast(fits).id;
  return {
    total: builds.length,
    shown: {
      succeeded: newest(({ status, distroId }) => status === 'succeeded' && distroId === 'debian-12'),
      failed: newest(({ isLong }) => isLong),
      checkFailed: newest(isCheckFailed),
      partial: newest(({ status }) => status === 'partial'),
      cancelled: newest(({ status }) => status === 'cancelled'),
    },
  };
}

function isCheckFailed({ cause }) {
  return cause?.code === 'CHECK_FAILED';
}

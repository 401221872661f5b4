import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isTransient, type CloudImage } from '@image-manager/cloud';
import type { Cause } from '@image-manager/contracts';
import { AgentSessions } from '../../agent/index.js';
import { databaseTroubleOf } from '../../errors/index.js';
import { Clouds } from '../../openstack/index.js';
import { Ledger } from '../../storage/index.js';
import { ImageSwitch } from '../images/image-switch.service.js';
import { presentationOf } from '../images/our-images.service.js';
import { causeOf, StageFailure } from '../stage-failure.js';
import type { StageContext } from '../stage-runner.service.js';
import { artifactOf, assertSameBytes } from './upload.stage.js';

/** Makes the proven candidate the image that users boot, and retires the one before. */
@Injectable()
export class PromoteStage {
  constructor(
    private readonly clouds: Clouds,
    private readonly ledger: Ledger,
    private readonly sessions: AgentSessions,
    private readonly switches: ImageSwitch,
  ) {}

  async run(context: StageContext): Promise<void> {
    const { build, stage, cloud: cloudName, signal, say } = context;
    const cloud = this.clouds.get(cloudName);
    const row = (await this.ledger.ofBuild(build.id)).findLast(
      ({ cloud, kind, state }) =>
        cloud === cloudName && kind === 'image' && (state === 'held' || state === 'kept'),
    );
    if (!row?.externalId) throw new Error(`build ${build.id} has no candidate in ${cloudName}`);
    const candidate = await cloud.images.get(row.externalId, { signal });
    assertSameBytes(artifactOf(build), candidate);
    await this.switches.exclusively(cloudName, build.distroId, async () => {
      // Until here a cancel leaves everything as it was; from the first write on, promotion completes.
      signal.throwIfAborted();
      await this.ledger.keep(row);
      try {
        await this.switches.run(
          {
            cloud: cloudName,
            distroId: build.distroId,
            targetId: candidate.id,
            kind: 'promotion',
            buildId: build.id,
            presentation: presentationOf(build.definition),
            properties: await this.packagesProperty(build.id, cloudName),
          },
          say,
        );
      } catch (error) {
        // Cleanup may take the candidate only if it is certain that no user sees it: an answer can get lost.
        const seen = await cloud.images.find(candidate.id).catch(() => undefined);
        if (seen?.hidden === true) await this.ledger.hold(row, candidate.id);
        if (seen?.hidden !== false || databaseTroubleOf(error)) throw error;
        throw unfinished(
          candidate.id,
          build.definition.imageName,
          causeOf(error, { stage, cloud: cloudName }),
        );
      }
    });
    await this.lookOnceMore(context, candidate.id);
    await say(`Image ${candidate.id} is now ${JSON.stringify(build.definition.imageName)}`);
  }

  /** Users boot it now: that it cannot be read for a moment does not make the promotion fail. */
  private async lookOnceMore({ build, cloud, say }: StageContext, id: string): Promise<void> {
    try {
      assertSameBytes(artifactOf(build), await this.clouds.get(cloud).images.get(id));
    } catch (error) {
      if (!isTransient(error)) throw error;
      await say(`The promoted image could not be looked at once more: ${error.message}`);
    }
  }

  /**
   * Whether an interrupted promotion has shown the candidate to users already. Where the cloud cannot be asked it may
   * have: then the stage runs, and ends with what the cloud says.
   */
  async hasBegun(buildId: number, cloudName: string): Promise<boolean> {
    const row = (await this.ledger.ofBuild(buildId)).findLast(
      ({ cloud, kind, state }) => cloud === cloudName && kind === 'image' && state === 'kept',
    );
    if (!row?.externalId) return false;
    let image: CloudImage | undefined;
    try {
      image = await this.clouds.get(cloudName).images.find(row.externalId);
    } catch {
      return true;
    }
    if (image?.hidden === true) await this.ledger.hold(row, row.externalId);
    return image?.hidden === false;
  }

  /** The agent's list of packages, as a digest: whether two images hold the same. */
  private async packagesProperty(buildId: number, cloud: string): Promise<Record<string, string>> {
    const session = (await this.sessions.findReported(buildId)).find((entry) => entry.cloud === cloud);
    const packages = session?.report?.packages ?? [];
    if (packages.length === 0) return {};
    const list = packages
      .map(({ name, version, architecture }) => `${name}:${architecture}=${version}`)
      .sort();
    return { image_manager_packages: createHash('sha256').update(list.join('\n')).digest('hex') };
  }
}

/** Users see the new image, so that nothing is left to retry: what is left is done as after a crash. */
function unfinished(id: string, imageName: string, { fault, message, lines }: Cause): StageFailure {
  return new StageFailure(
    'PROMOTION_UNFINISHED',
    fault,
    `Image ${id} is shown to users, but the one before it could not be hidden, and both bear the name ${JSON.stringify(imageName)}: ${message}`,
    'Mend what is named here: Image Manager tries again every minute, and a new build is not needed.',
    lines,
  );
}

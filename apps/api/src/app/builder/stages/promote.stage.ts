import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { CloudImage } from '@image-manager/cloud';
import { promotionWrites, type PromotionWrite } from '@image-manager/pipeline';
import { Clouds } from '../../openstack/index.js';
import { ImageEntity, Installation, Ledger } from '../../storage/index.js';
import { BuildEvents } from '../build-events.js';
import type { StageContext } from '../stage-runner.service.js';
import { artifactOf, assertSameBytes } from './upload.stage.js';

const TRIES = 5;
const RETRY_MS = 1000;

/** Makes the proven candidate the image that users boot, and retires the one before. */
@Injectable()
export class PromoteStage {
  constructor(
    private readonly clouds: Clouds,
    private readonly installation: Installation,
    private readonly ledger: Ledger,
    private readonly events: BuildEvents,
    @InjectRepository(ImageEntity) private readonly images: Repository<ImageEntity>,
  ) {}

  async run(context: StageContext): Promise<void> {
    const { build, cloud: cloudName, signal, say } = context;
    const cloud = this.clouds.get(cloudName);
    const row = (await this.ledger.ofBuild(build.id)).findLast(
      ({ cloud, kind, state }) =>
        cloud === cloudName && kind === 'image' && (state === 'held' || state === 'kept'),
    );
    if (!row?.externalId) throw new Error(`build ${build.id} has no candidate in ${cloudName}`);
    const candidate = await cloud.images.get(row.externalId, { signal });
    assertSameBytes(artifactOf(build), candidate);
    const writes = promotionWrites(candidate, await this.visibleOurs(context), build.definition.imageName);

    // Until here a cancel leaves everything as it was; from the first write on, promotion completes.
    signal.throwIfAborted();
    await this.ledger.keep(row);
    for (const write of writes) {
      try {
        await this.write(context, write);
      } catch (error) {
        // Cleanup may take the candidate only if it is certain that no user sees it: an answer can get lost.
        const seen = await cloud.images.find(candidate.id).catch(() => undefined);
        if (seen?.hidden === true) await this.ledger.hold(row, candidate.id);
        throw error;
      }
    }
    await this.settle(context, candidate.id);
    assertSameBytes(artifactOf(build), await cloud.images.get(candidate.id));
    await say(`Image ${candidate.id} is now ${JSON.stringify(build.definition.imageName)}`);
  }

  /** Whether an interrupted promotion has shown the candidate to users already. */
  async hasBegun(buildId: number, cloudName: string): Promise<boolean> {
    const row = (await this.ledger.ofBuild(buildId)).findLast(
      ({ cloud, kind, state }) => cloud === cloudName && kind === 'image' && state === 'kept',
    );
    if (!row?.externalId) return false;
    const image = await this.clouds.get(cloudName).images.find(row.externalId);
    if (image?.hidden === true) await this.ledger.hold(row, row.externalId);
    return image?.hidden === false;
  }

  /** Ours by mark and by database row; a foreign image of the same name is left alone. */
  private async visibleOurs({ build, cloud }: StageContext): Promise<CloudImage[]> {
    const [found, known] = await Promise.all([
      this.clouds.get(cloud).images.list({ installationId: this.installation.id }),
      this.images.findBy({ cloud, distroId: build.distroId }),
    ]);
    return found.filter(({ id, hidden }) => !hidden && known.some((row) => row.id === id));
  }

  private async write({ build, cloud, say }: StageContext, { imageId, kind, name, hidden }: PromotionWrite) {
    const { definition } = build;
    const images = this.clouds.get(cloud).images;
    const changes =
      kind === 'promote'
        ? { name, hidden, visibility: definition.visibility, protected: definition.protected }
        : { name, hidden, protected: false };
    for (let attempt = 1; ; attempt += 1) {
      try {
        await images.update(imageId, changes);
        break;
      } catch (error) {
        if (attempt === TRIES) throw error;
        await say(`Try ${attempt} of ${TRIES} to ${kind} image ${imageId} failed: ${String(error)}`);
        await sleep(RETRY_MS * attempt);
      }
    }
    const now = new Date();
    const state =
      kind === 'promote'
        ? { state: 'current' as const, promotedAt: now }
        : { state: 'retired' as const, retiredAt: now };
    await this.images.update({ cloud, id: imageId }, state);
    this.events.images$.next({ cloud });
    if (kind === 'retire')
      await say(`Image ${imageId} is retired: hidden, named ${JSON.stringify(name)}, kept for rollback`);
  }

  /** The database follows the cloud, also after a promotion that was interrupted between a write here and one there. */
  private async settle(context: StageContext, candidateId: string): Promise<void> {
    const { build, cloud } = context;
    const visible = await this.visibleOurs(context);
    const now = new Date();
    const rows = await this.images.findBy({ cloud, distroId: build.distroId, state: 'current' });
    for (const { id } of rows) {
      if (id === candidateId || visible.some((image) => image.id === id)) continue;
      await this.images.update({ cloud, id }, { state: 'retired', retiredAt: now });
    }
    if (!rows.some(({ id }) => id === candidateId)) {
      await this.images.update({ cloud, id: candidateId }, { state: 'current', promotedAt: now });
    }
    this.events.images$.next({ cloud });
  }
}

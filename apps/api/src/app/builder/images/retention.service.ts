import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { isCloudError, type CallOptions } from '@image-manager/cloud';
import type { ImageView, RetentionCode, RetentionItem } from '@image-manager/contracts';
import { expiredImages, type RetentionPolicy } from '@image-manager/pipeline';
import { Clouds, ImageViews } from '../../openstack/index.js';
import { ImageEntity, Ledger } from '../../storage/index.js';
import { BuildEvents } from '../build-events.js';
import { DistroRegistry } from '../distro-registry.service.js';
import { Deletion } from './deletion.service.js';
import { ImageSwitch } from './image-switch.service.js';
import { obstacleOfRole, obstaclesIn, obstaclesOf, type Obstacle } from './obstacles.js';
import { OurImages } from './our-images.service.js';
import { StaleRows } from './stale-rows.service.js';

type Judgement = Pick<RetentionItem, 'verdict' | 'code' | 'reason'>;

/** What retention is applied to; all of a cloud if empty. */
export interface Scope {
  distroId?: string;
  imageIds?: readonly string[];
}

const DAY_MS = 24 * 3600 * 1000;

/** What becomes of the images that users no longer see. */
@Injectable()
export class Retention {
  constructor(
    private readonly clouds: Clouds,
    private readonly views: ImageViews,
    private readonly ours: OurImages,
    private readonly registry: DistroRegistry,
    private readonly ledger: Ledger,
    private readonly switches: ImageSwitch,
    private readonly deletion: Deletion,
    private readonly stale: StaleRows,
    private readonly events: BuildEvents,
    @InjectRepository(ImageEntity) private readonly rows: Repository<ImageEntity>,
  ) {}

  /**
   * What would go, what stays, and why; nothing is changed.
   *
   * @param distroId only the images of this definition.
   */
  async plan(cloud: string, distroId?: string, options: CallOptions = {}): Promise<RetentionItem[]> {
    const [found, rows] = await Promise.all([
      this.views.ofCloud(cloud, options),
      this.rows.findBy({ cloud }),
    ]);
    const names = new Set(this.registry.all().map(({ definition }) => definition?.imageName));
    // What is gone does not count among those that stay for rollback.
    const overdue = await this.overdue(rows.filter((row) => found.some(({ id }) => id === row.id)));
    const relevant = found.filter(
      (image) =>
        (image.ours || names.has(image.name)) && (distroId === undefined || image.distroId === distroId),
    );
    return Promise.all(
      relevant.map(async (image) => ({ image, ...(await this.judge(cloud, image, overdue, options)) })),
    );
  }

  /** Deletes what the plan says; each on its own. */
  async apply(cloud: string, only: Scope = {}, options: CallOptions = {}): Promise<RetentionItem[]> {
    await this.stale.settleGone(cloud, options);
    const items = await this.plan(cloud, only.distroId, options);
    const done: RetentionItem[] = [];
    for (const item of items) {
      if (item.verdict === 'keep') done.push(item);
      else if (only.imageIds && !only.imageIds.includes(item.image.id)) {
        done.push({ ...item, verdict: 'keep', reason: 'It was not asked for' });
      } else done.push(await this.remove(cloud, item, options));
    }
    if (done.some(({ verdict }) => verdict === 'delete')) this.events.images$.next({ cloud });
    return done;
  }

  private remove(cloud: string, item: RetentionItem, options: CallOptions): Promise<RetentionItem> {
    const { id, distroId = '' } = item.image;
    return this.switches.exclusively(cloud, distroId, async () => {
      const row = await this.rows.findOneBy({ cloud, id });
      const entry = await this.ledger.find(cloud, 'image', id);
      // A rollback may have come first.
      if (!entry || !row || (row.state !== 'retired' && row.state !== 'rejected')) {
        return { ...item, problem: 'It is not retired any more' };
      }
      try {
        await this.deletion.remove(cloud, id, options);
      } catch (error) {
        options.signal?.throwIfAborted();
        if (!isCloudError(error)) throw error;
        return { ...item, problem: error.message };
      }
      return item;
    });
  }

  private async judge(
    cloud: string,
    image: ImageView,
    overdue: ReadonlyMap<string, Judgement>,
    options: CallOptions,
  ): Promise<Judgement> {
    const role = obstacleOfRole(image);
    if (role) return keep(role.code, role.message);
    const judgement = overdue.get(image.id) ?? keep('WITHIN_AGE', 'It was retired just now');
    if (judgement.verdict === 'keep') return judgement;
    const obstacle = obstaclesIn(image)[0] ?? (await this.userOf(cloud, image, options));
    return obstacle ? keep(obstacle.code, obstacle.message) : judgement;
  }

  private async userOf(
    cloud: string,
    { id }: ImageView,
    options: CallOptions,
  ): Promise<Obstacle | undefined> {
    return obstaclesOf(await this.clouds.get(cloud).images.use(id, options))[0];
  }

  /** By count and age, for each definition on its own. */
  private async overdue(rows: readonly ImageEntity[]): Promise<Map<string, Judgement>> {
    const verdicts = new Map<string, Judgement>();
    const now = new Date();
    for (const distroId of new Set(rows.map((row) => row.distroId))) {
      const own = rows.filter((row) => row.distroId === distroId);
      const definition = await this.ours.definitionOf(distroId, own.at(-1)?.buildId ?? null);
      const policy = definition?.retention;
      const retired = own.filter(({ state }) => state === 'retired').map(retainable);
      const rejected = own.filter(({ state }) => state === 'rejected').map(retainable);
      if (!policy) {
        for (const { id } of [...retired, ...rejected]) {
          verdicts.set(id, keep('WITHIN_AGE', `The definition ${distroId} is gone: nobody says how long`));
        }
        continue;
      }
      judgeRetired(retired, policy, now, verdicts);
      for (const { id, retiredAt } of rejected) {
        const isOver = now.getTime() - retiredAt.getTime() > policy.maxAgeDays * DAY_MS;
        verdicts.set(
          id,
          isOver
            ? {
                verdict: 'delete',
                code: 'REJECTED',
                reason: `Rolled back from more than ${policy.maxAgeDays} days ago`,
              }
            : keep('WITHIN_AGE', `Rolled back from within the last ${policy.maxAgeDays} days`),
        );
      }
    }
    return verdicts;
  }
}

function judgeRetired(
  retired: readonly { id: string; retiredAt: Date }[],
  policy: RetentionPolicy,
  now: Date,
  verdicts: Map<string, Judgement>,
): void {
  const expired = new Set(expiredImages(retired, policy, now));
  const newest = [...retired].sort((a, b) => b.retiredAt.getTime() - a.retiredAt.getTime());
  newest.forEach(({ id }, index) => {
    if (expired.has(id)) {
      const reason = `Retired more than ${policy.maxAgeDays} days ago, and ${policy.keep} newer ones stay for rollback`;
      verdicts.set(id, { verdict: 'delete', code: 'EXPIRED', reason });
    } else if (index < policy.keep) {
      verdicts.set(id, keep('WITHIN_COUNT', `Among the newest ${policy.keep} that stay for rollback`));
    } else {
      verdicts.set(id, keep('WITHIN_AGE', `Retired within the last ${policy.maxAgeDays} days`));
    }
  });
}

function keep(code: RetentionCode, reason: string): Judgement {
  return { verdict: 'keep', code, reason };
}

function retainable({ id, retiredAt, createdAt }: ImageEntity): { id: string; retiredAt: Date } {
  return { id, retiredAt: retiredAt ?? createdAt };
}

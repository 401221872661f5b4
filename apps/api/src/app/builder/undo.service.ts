import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { Ownership } from '@image-manager/cloud';
import { isRunning, stopDib, sweepDib } from '@image-manager/disk-image-builder';
import { Clouds } from '../openstack/index.js';
import { SteadyTimes } from '../steady-times.js';
import { ImageEntity, Installation, Ledger, type LedgerEntity } from '../storage/index.js';
import { usersMayKnow } from './images/users-may-know.js';

/** An intent whose id is unknown is given up only when it was looked for twice, this far apart. */
const INTENT_GRACE_MS = 60_000;
/** How far a cloud's clock may be behind ours. */
const CLOCK_SKEW_MS = 15 * 60_000;

const LOOKED_AFTER: readonly ImageEntity['state'][] = ['current', 'retired', 'rejected'];

export type UndoResult = 'released' | 'waiting';

/** Takes back one thing that a build made. Every undo can be repeated. */
@Injectable()
export class Undo {
  /** When intents were first looked for. */
  private readonly misses = new SteadyTimes();

  constructor(
    private readonly clouds: Clouds,
    private readonly installation: Installation,
    private readonly ledger: Ledger,
    @InjectRepository(ImageEntity) private readonly images: Repository<ImageEntity>,
  ) {}

  /**
   * @returns `waiting` when an intent was looked for, not found, and has to be looked for once more.
   * @throws what the cloud or the host answered; the row then says so and stays open.
   */
  async undo(row: LedgerEntity, signal?: AbortSignal): Promise<UndoResult> {
    try {
      return await this.dispatch(row, signal);
    } catch (error) {
      await this.ledger.fail(row, error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  private dispatch(row: LedgerEntity, signal: AbortSignal | undefined): Promise<UndoResult> {
    switch (row.kind) {
      case 'server':
        return this.undoServer(row, signal);
      case 'image':
        return this.undoImage(row, signal);
      case 'process':
        return this.undoProcess(row);
      case 'directory':
        return this.undoDirectory(row);
    }
  }

  private async undoServer(row: LedgerEntity, signal: AbortSignal | undefined): Promise<UndoResult> {
    const { servers } = this.clouds.get(row.cloud);
    const options = signal ? { signal } : {};
    const found =
      row.externalId === null
        ? await this.unclaimed(row, await servers.list({ installationId: this.installation.id }, options))
        : [{ id: row.externalId }];
    const ids = found.map(({ id }) => id);
    for (const id of ids) await servers.delete(id, options);
    return this.settle(row, ids.length > 0);
  }

  private async undoImage(row: LedgerEntity, signal: AbortSignal | undefined): Promise<UndoResult> {
    const { images } = this.clouds.get(row.cloud);
    const options = signal ? { signal } : {};
    const found =
      row.externalId === null
        ? await this.unclaimed(row, await images.list({ installationId: this.installation.id }, options))
        : [await images.find(row.externalId, options)].filter((image) => image !== undefined);
    for (const image of found) {
      const { id } = image;
      // What users see, or saw, is never an undo's business.
      const known = await this.images.findOneBy({ cloud: row.cloud, id });
      if (usersMayKnow(image) || (known && LOOKED_AFTER.includes(known.state))) {
        await this.ledger.keep(row);
        return 'released';
      }
      await images.delete(id, options);
      await this.images.update({ cloud: row.cloud, id }, { state: 'deleted' });
    }
    if (row.externalId !== null && found.length === 0) {
      // A crash came between its deletion and our word of it.
      await this.images.update(
        { cloud: row.cloud, id: row.externalId, state: 'candidate' },
        { state: 'deleted' },
      );
    }
    return this.settle(row, row.externalId !== null || found.length > 0);
  }

  /** Of what bears the build's mark in the cloud: that which no other row of the build speaks for. */
  private async unclaimed<T extends { id: string; createdAt: Date; ownership?: Ownership }>(
    row: LedgerEntity,
    found: readonly T[],
  ): Promise<T[]> {
    const rows = row.buildId === null ? [] : await this.ledger.ofBuild(row.buildId);
    // Of any cloud: two of them can be the same project under two names.
    const claimed = rows.filter(({ kind }) => kind === row.kind).map(({ externalId }) => externalId);
    // A restored database gives numbers out again: what is older than the intent is not what it meant.
    const earliest = row.createdAt.getTime() - CLOCK_SKEW_MS;
    return found.filter(
      ({ id, createdAt, ownership }) =>
        ownership?.buildId === row.buildId && createdAt.getTime() >= earliest && !claimed.includes(id),
    );
  }

  private async undoProcess(row: LedgerEntity): Promise<UndoResult> {
    const { startTime, workDirectory } = row.detail ?? {};
    if (row.externalId !== null && startTime !== undefined && workDirectory !== undefined) {
      const handle = { pid: Number(row.externalId), startTime, workDirectory };
      if (isRunning(handle)) await stopDib(handle);
    }
    // A process that started and was not recorded works below the work directory: sweeping that ends it.
    await this.ledger.release(row);
    return 'released';
  }

  private async undoDirectory(row: LedgerEntity): Promise<UndoResult> {
    const { problems } = await sweepDib(row.name, { keep: [] });
    if (problems.length > 0) throw new Error(problems.join('; '));
    await this.ledger.release(row);
    return 'released';
  }

  private async settle(row: LedgerEntity, found: boolean): Promise<UndoResult> {
    if (found || (row.missedAt && this.misses.until(row.id, row.missedAt) < -INTENT_GRACE_MS)) {
      await this.ledger.release(row);
      this.misses.forget(row.id);
      return 'released';
    }
    if (row.missedAt === null) await this.ledger.miss(row);
    if (row.missedAt) this.misses.until(row.id, row.missedAt);
    return 'waiting';
  }
}

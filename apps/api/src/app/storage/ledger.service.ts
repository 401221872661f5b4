import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import type { LedgerKind } from '@image-manager/pipeline';
import { LedgerEntity } from './ledger.entity.js';

export interface Intent {
  buildId: number;
  /** Empty for things on the build host. */
  cloud: string;
  kind: LedgerKind;
  name: string;
}

/** Every external thing that a build made or was about to make. */
@Injectable()
export class Ledger {
  constructor(@InjectRepository(LedgerEntity) private readonly rows: Repository<LedgerEntity>) {}

  /** Before the thing is made. A crash from here on leaves a row that cleanup and reaper look for. */
  intend(intent: Intent): Promise<LedgerEntity> {
    const now = new Date();
    return this.rows.save(this.rows.create({ ...intent, state: 'intended', createdAt: now, updatedAt: now }));
  }

  /** After it was made. */
  async hold(row: LedgerEntity, externalId: string, detail?: Record<string, string>): Promise<void> {
    row.externalId = externalId;
    row.detail = detail ?? null;
    await this.move(row, 'held');
  }

  /** It outlives its build: a current or retired image. */
  async keep(row: LedgerEntity): Promise<void> {
    await this.move(row, 'kept');
  }

  async release(row: LedgerEntity): Promise<void> {
    row.problem = null;
    await this.move(row, 'released');
  }

  /** An undo failed; the reaper tries again. */
  async fail(row: LedgerEntity, problem: string): Promise<void> {
    row.problem = problem;
    await this.move(row, row.state);
  }

  /** An intent without an id was looked for and not found; it is released only when that happens again later. */
  async miss(row: LedgerEntity): Promise<void> {
    row.missedAt = new Date();
    await this.move(row, row.state);
  }

  ofBuild(buildId: number): Promise<LedgerEntity[]> {
    return this.rows.find({ where: { buildId }, order: { id: 'ASC' } });
  }

  /** Everything that still has to be undone. */
  open(): Promise<LedgerEntity[]> {
    return this.rows.find({ where: { state: In(['intended', 'held']) }, order: { id: 'ASC' } });
  }

  findImage(cloud: string, imageId: string): Promise<LedgerEntity | null> {
    return this.rows.findOneBy({ cloud, kind: 'image', externalId: imageId });
  }

  private async move(row: LedgerEntity, state: LedgerEntity['state']): Promise<void> {
    row.state = state;
    row.updatedAt = new Date();
    await this.rows.save(row);
  }
}

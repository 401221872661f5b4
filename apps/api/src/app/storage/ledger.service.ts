import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, IsNull, Not, Repository } from 'typeorm';
import type { LedgerKind } from '@image-manager/pipeline';
import { LedgerEntity } from './ledger.entity.js';

export interface Intent {
  /** None for an image that is adopted. */
  buildId: number | null;
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

  find(cloud: string, kind: LedgerKind, externalId: string): Promise<LedgerEntity | null> {
    return this.rows.findOneBy({ cloud, kind, externalId });
  }

  /** It stays for a look inside until then; cleanup passes it by, and then the reaper takes it. */
  async keepUntil(row: LedgerEntity, until: Date, addresses: readonly string[] = []): Promise<void> {
    row.detail = {
      ...row.detail,
      keptUntil: until.toISOString(),
      ...(addresses.length > 0 ? { addresses: addresses.join(' ') } : {}),
    };
    await this.move(row, row.state);
  }

  /** Ids of the servers of a cloud that are gone by our word, newest first. */
  async releasedServers(cloud: string, limit: number): Promise<LedgerEntity[]> {
    return this.rows.find({
      where: { cloud, kind: 'server', state: 'released', externalId: Not(IsNull()) },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  private async move(row: LedgerEntity, state: LedgerEntity['state']): Promise<void> {
    row.state = state;
    row.updatedAt = new Date();
    await this.rows.save(row);
  }
}

/** Until when a row's thing is kept for a look inside; undefined when it is not, or not any more. */
export function keptUntil({ detail }: Pick<LedgerEntity, 'detail'>): Date | undefined {
  const until = detail?.['keptUntil'];
  return until !== undefined && Date.parse(until) > Date.now() ? new Date(until) : undefined;
}

/** Where a kept server answered when its keeping began. */
export function keptAddresses({ detail }: Pick<LedgerEntity, 'detail'>): string[] {
  return detail?.['addresses']?.split(' ') ?? [];
}

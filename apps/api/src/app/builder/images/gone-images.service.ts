import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { CallOptions } from '@image-manager/cloud';
import { Clouds } from '../../openstack/index.js';
import { ImageEntity, Ledger } from '../../storage/index.js';

/**
 * Images that users no longer saw and that are gone from their cloud, while our rows still count on them: a crash came between
 * a deletion and our word of it, or somebody else deleted them.
 */
@Injectable()
export class GoneImages {
  constructor(
    private readonly clouds: Clouds,
    private readonly ledger: Ledger,
    @InjectRepository(ImageEntity) private readonly rows: Repository<ImageEntity>,
  ) {}

  /** @throws DomainError UNKNOWN_CLOUD; CloudError */
  async settle(cloud: string, options: CallOptions = {}): Promise<void> {
    const { images } = this.clouds.get(cloud);
    const rows = await this.rows.findBy({ cloud });
    const listed = new Set((await images.list({}, options)).map(({ id }) => id));
    // Where what users boot is missing as well, we may be looking at another project than the one that our rows tell of.
    if (rows.some(({ id, state }) => state === 'current' && !listed.has(id))) return;
    for (const { id, state } of rows) {
      if ((state !== 'retired' && state !== 'rejected') || listed.has(id)) continue;
      if (await images.find(id, options)) continue;
      const { affected } = await this.rows.update({ cloud, id, state }, { state: 'deleted' });
      const entry = affected === 0 ? null : await this.ledger.find(cloud, 'image', id);
      if (entry) await this.ledger.release(entry);
    }
  }
}

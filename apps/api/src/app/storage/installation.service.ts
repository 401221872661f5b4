import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { InstallationEntity } from './installation.entity.js';

/** Who we are to the clouds. */
@Injectable()
export class Installation implements OnModuleInit {
  private row: InstallationEntity | undefined;

  constructor(@InjectRepository(InstallationEntity) private readonly rows: Repository<InstallationEntity>) {}

  async onModuleInit(): Promise<void> {
    const [row] = await this.rows.find({ take: 1 });
    this.row = row ?? (await this.rows.save({ id: randomUUID(), createdAt: new Date() }));
  }

  get id(): string {
    if (!this.row) throw new Error('the installation id is read before the database is open');
    return this.row.id;
  }
}

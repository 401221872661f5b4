import { Column, Entity, PrimaryColumn } from 'typeorm';
import { TIME } from './columns.js';

/** The one row that says who we are; its id marks everything this installation makes. */
@Entity('installation')
export class InstallationEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column(TIME) createdAt!: Date;
}

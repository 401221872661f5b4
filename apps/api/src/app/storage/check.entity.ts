import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { CheckStatus } from '@image-manager/contracts';
import { OPTIONAL_TEXT } from './columns.js';

@Entity('checks')
export class CheckEntity {
  @PrimaryGeneratedColumn() id!: number;
  @Column({ type: 'integer' }) buildId!: number;
  @Column({ type: 'text' }) cloud!: string;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'text' }) status!: CheckStatus;
  @Column({ type: 'boolean' }) required!: boolean;
  @Column({ type: 'text' }) reason!: string;
  @Column(OPTIONAL_TEXT) figure!: string | null;
  @Column(OPTIONAL_TEXT) unit!: string | null;
  @Column({ type: 'integer' }) durationMs!: number;
}

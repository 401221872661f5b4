import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ImageState } from '@image-manager/contracts';
import { OPTIONAL_TIME, TIME } from './columns.js';

/** What we know of an image that we made; whether it exists is for its cloud to say. */
@Entity('images')
export class ImageEntity {
  @PrimaryColumn({ type: 'text' }) cloud!: string;
  /** The cloud's id. */
  @PrimaryColumn({ type: 'text' }) id!: string;
  /** None for an image that was adopted. */
  @Column({ type: 'integer', nullable: true }) buildId!: number | null;
  @Column({ type: 'text' }) distroId!: string;
  @Column({ type: 'text' }) state!: ImageState;
  @Column({ type: 'text' }) sha512!: string;
  @Column(TIME) createdAt!: Date;
  @Column(OPTIONAL_TIME) promotedAt!: Date | null;
  @Column(OPTIONAL_TIME) retiredAt!: Date | null;
}

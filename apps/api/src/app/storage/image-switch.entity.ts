import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Visibility } from '@image-manager/cloud';
import { JSON_TEXT, TIME } from './columns.js';

/** How users see an image: what the definition says of it. */
export interface Presentation {
  imageName: string;
  visibility: Visibility;
  protected: boolean;
  /** Beside our own; rows of an earlier version have none. */
  tags?: string[];
  /** Projects that a `shared` image is shared with. */
  members: string[];
}

/** begun: nothing was written yet; shown: users see the new image; done; undone: nothing has changed. */
export type ImageSwitchState = 'begun' | 'shown' | 'done' | 'undone';

/** The journal of what makes another image current: one that was interrupted is completed or undone by its row. */
@Entity('image_switches')
export class ImageSwitchEntity {
  @PrimaryGeneratedColumn() id!: number;
  @Column({ type: 'text' }) cloud!: string;
  @Column({ type: 'text' }) distroId!: string;
  /** The image that becomes current. */
  @Column({ type: 'text' }) targetId!: string;
  @Column({ type: 'text' }) kind!: 'promotion' | 'rollback';
  /** Of a promotion. */
  @Column({ type: 'integer', nullable: true }) buildId!: number | null;
  @Column(JSON_TEXT) presentation!: Presentation;
  @Column({ type: 'text' }) state!: ImageSwitchState;
  @Column(TIME) createdAt!: Date;
  @Column(TIME) updatedAt!: Date;
}

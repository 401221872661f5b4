import type { ImageState } from './life-cycle.js';

/** Bodies of the REST API under `/api`, the images of a cloud. Units as in rest.ts. */

/** GET /clouds/:name/images */
export interface ImageView {
  id: string;
  cloud: string;
  name: string;
  /** Absent for foreign images. */
  state?: ImageState;
  /** False: not made by this installation; shown, never touched. */
  ours: boolean;
  distroId?: string;
  buildId?: number;
  status: string;
  hidden: boolean;
  protected: boolean;
  visibility: string;
  diskFormat: string;
  sizeBytes?: number;
  checksum?: { algorithm: string; value: string };
  minDiskGb: number;
  minMemoryMb: number;
  properties: Record<string, string>;
  createdAt: string;
}

/**
 * POST /clouds/:name/images/:id/adopt: a foreign image becomes one of this definition; what users boot where they see no
 * other, else a retired one.
 */
export interface AdoptImage {
  distroId: string;
}

/** POST /clouds/:name/images/:id/retire */
export interface RetireImage {
  /**
   * Users are left without an image under this name, and shall be: the definition was given up. Otherwise the last one they
   * see is not retired.
   */
  lastImage?: boolean;
}

export const RETENTION_CODES = [
  'CURRENT',
  'CANDIDATE',
  'WITHIN_COUNT',
  'WITHIN_AGE',
  'VISIBLE',
  'IN_USE',
  'USE_UNSEEN',
  'PROTECTED',
  'FOREIGN',
  'EXPIRED',
  'REJECTED',
] as const;
export type RetentionCode = (typeof RETENTION_CODES)[number];

/** An item of GET /clouds/:name/retention (what would go) and of POST /clouds/:name/retention (what went). */
export interface RetentionItem {
  image: ImageView;
  verdict: 'keep' | 'delete';
  code: RetentionCode;
  reason: string;
  /** Of a POST: why an image that should have gone is still there. */
  problem?: string;
}

/** POST /clouds/:name/retention */
export interface ApplyRetention {
  /** Of what the plan says, only these: those that a person has seen and agreed to. All of it if absent. */
  imageIds?: string[];
}

/** GET /clouds/:name/images/:id/usage */
export interface ImageUsage {
  servers: number;
  volumes: number;
  /** False: there may be users that these credentials do not see. */
  seesAllProjects: boolean;
  /** Why not all can be seen. */
  unseen?: string;
}

export const DELETION_CODES = [
  'FOREIGN',
  'CURRENT',
  'CANDIDATE',
  'VISIBLE',
  'PROTECTED',
  'IN_USE',
  'USE_UNSEEN',
  'LAST_ROLLBACK_TARGET',
] as const;
export type DeletionCode = (typeof DELETION_CODES)[number];

/** GET /clouds/:name/images/:id/deletion: whether DELETE /clouds/:name/images/:id would be done, and what it costs. */
export interface ImageDeletion {
  allowed: boolean;
  /** Why it is refused; empty when it is allowed. */
  reasons: DeletionRemark[];
  /** What is lost with it; does not keep it from being deleted. */
  consequences: DeletionRemark[];
  usage: ImageUsage;
}

export interface DeletionRemark {
  code: DeletionCode;
  message: string;
}

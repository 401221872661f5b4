import type { Fault } from '@image-manager/contracts';

/** What can go wrong in a cloud, by what a caller would do about it. */
export const CLOUD_ERROR_CODES = [
  'UNREACHABLE',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NO_SERVICE',
  'NOT_FOUND',
  'CONFLICT',
  'IN_USE',
  'QUOTA_EXCEEDED',
  'RATE_LIMITED',
  'NO_CAPACITY',
  'FLAVOR_TOO_SMALL',
  'INVALID',
  'SERVER_ERROR_STATE',
  'CHECKSUM_MISMATCH',
  'TIMEOUT',
  'CANCELLED',
  'PROTOCOL',
  'UNKNOWN',
] as const;
export type CloudErrorCode = (typeof CLOUD_ERROR_CODES)[number];

export interface CloudErrorOptions {
  cause?: unknown;
  /** One sentence: what a person can do. */
  advice?: string;
  /** For HTTP services: method, path, status, request id. */
  request?: { method: string; path: string; status?: number; requestId?: string };
}

/** The one error that adapters throw. */
export class CloudError extends Error {
  override readonly name = 'CloudError';
  readonly advice: string | undefined;
  readonly request: CloudErrorOptions['request'];

  constructor(
    readonly code: CloudErrorCode,
    readonly fault: Fault,
    message: string,
    options: CloudErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.advice = options.advice;
    this.request = options.request;
  }
}

export function isCloudError(error: unknown, code?: CloudErrorCode): error is CloudError {
  return error instanceof CloudError && (code === undefined || error.code === code);
}

const TRANSIENT: readonly CloudErrorCode[] = [
  'UNREACHABLE',
  'TIMEOUT',
  'RATE_LIMITED',
  'PROTOCOL',
  'UNKNOWN',
];

/** Whether the way or the service failed, rather than what was asked: the same may succeed later. */
export function isTransient(error: unknown): error is CloudError {
  return error instanceof CloudError && TRANSIENT.includes(error.code);
}

/** Whether the service itself said no, so that nothing can have been made. */
export function wasRefused(error: unknown): boolean {
  const status = error instanceof CloudError ? error.request?.status : undefined;
  return status !== undefined && status >= 400 && status < 500;
}

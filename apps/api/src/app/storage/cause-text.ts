import type { Cause } from '@image-manager/contracts';

/** The words of a cause that a person searches for, in lower case. */
export function causeText(cause: Cause | null): string | null {
  return cause === null ? null : `${cause.code} ${cause.message}`.toLowerCase();
}

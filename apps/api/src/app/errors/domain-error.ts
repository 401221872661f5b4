/** What a caller did wrong or cannot have, by the HTTP status it comes to; `code` is stable. */
export type DomainErrorKind = 'invalid' | 'not-found' | 'conflict' | 'unavailable';

export class DomainError extends Error {
  override readonly name = 'DomainError';
  constructor(
    readonly kind: DomainErrorKind,
    readonly code: string,
    message: string,
    readonly errors?: { field: string; message: string }[],
  ) {
    super(message);
  }
}

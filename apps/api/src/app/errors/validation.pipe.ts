import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { DomainError } from './domain-error.js';

/** Refuses unknown fields and wrong types, and names each of them. */
export function validationPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    exceptionFactory: (errors) =>
      new DomainError(
        'invalid',
        'INVALID_INPUT',
        'The request has fields that are wrong or unknown',
        errors.flatMap((error) => flatten(error)),
      ),
  });
}

function flatten(error: ValidationError, prefix = ''): { field: string; message: string }[] {
  const field = `${prefix}${error.property}`;
  const own = Object.values(error.constraints ?? {}).map((message) => ({ field, message }));
  return [...own, ...(error.children ?? []).flatMap((child) => flatten(child, `${field}.`))];
}

import type { NextFunction, Request, Response } from 'express';
import { DomainError } from './errors/index.js';

/** Far more than any request has. What is nested deeper takes the stack of whatever walks through it. */
const MAX_DEPTH = 20;

/** Refuses bodies that are nested too deep; behind the body parser. */
export function shallowBody(request: Request, _response: Response, next: NextFunction): void {
  if (!isDeep(request.body)) next();
  else
    next(new DomainError('invalid', 'INVALID_INPUT', `The body is nested deeper than ${MAX_DEPTH} levels`));
}

function isDeep(body: unknown): boolean {
  let level = [body];
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth += 1) {
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? (Object.values(value) as unknown[]) : [],
    );
  }
  return level.length > 0;
}

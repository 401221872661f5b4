import { HttpErrorResponse } from '@angular/common/http';
import type { Problem } from '@image-manager/contracts';

/** Codes of the problems that the browser sees and no server wrote. */
export const UNREACHABLE = 'UNREACHABLE';
export const UNEXPECTED = 'UNEXPECTED';

/** Every failed request throws this; `problem` is what the server said, or what stands for it. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail === '' ? problem.title : problem.detail);
  }
}

/** The problem behind any error; errors of our own code become `UNEXPECTED`. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  if (error instanceof HttpErrorResponse) return problemOfResponse(error);
  return localProblem(UNEXPECTED, error instanceof Error ? error.message : String(error), 0, '');
}

function problemOfResponse(response: HttpErrorResponse): Problem {
  const instance = response.url === null ? '' : new URL(response.url, document.baseURI).pathname;
  if (response.status === 0) return localProblem(UNREACHABLE, '', 0, instance);
  const body: unknown = response.error;
  if (isProblem(body)) return body;
  // A proxy in between answers in its own words; its status is all that can be trusted.
  return localProblem(UNEXPECTED, response.message, response.status, instance);
}

function isProblem(body: unknown): body is Problem {
  return (
    typeof body === 'object' && body !== null && 'code' in body && 'title' in body && 'requestId' in body
  );
}

function localProblem(code: string, detail: string, status: number, instance: string): Problem {
  return { type: 'about:blank', title: '', status, detail, instance, code, requestId: '' };
}

import { HttpErrorResponse, type HttpInterceptorFn, HttpResponse } from '@angular/common/http';
import { inject } from '@angular/core';
import { catchError, tap, throwError } from 'rxjs';
import { ApiError, problemOf } from './problem';
import { Session } from './session';

/** Turns every failed request into an {@link ApiError} and notices when the credentials are refused. */
export const problemInterceptor: HttpInterceptorFn = (request, next) => {
  const session = inject(Session);
  return next(request).pipe(
    tap((event) => {
      if (event instanceof HttpResponse) session.refused.set(false);
    }),
    catchError((error: unknown) => {
      if (error instanceof HttpErrorResponse && error.status === 401) session.refused.set(true);
      return throwError(() => new ApiError(problemOf(error)));
    }),
  );
};

import { STATUS_CODES } from 'node:http';
import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { isCloudError } from '@image-manager/cloud';
import type { Problem } from '@image-manager/contracts';
import type { Request, Response } from 'express';
import { ClientGone } from './client-gone.js';
import { DomainError, type DomainErrorKind } from './domain-error.js';
import { hostTroubleOf } from './host-trouble.js';

const STATUS: Record<DomainErrorKind, number> = {
  invalid: 400,
  'not-found': 404,
  conflict: 409,
  unavailable: 503,
};

type Description = Pick<Problem, 'status' | 'code' | 'detail' | 'errors'>;

/** Turns whatever a request ended with into an RFC 9457 problem document. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    // gRPC and socket.io errors are mapped where they are thrown; only HTTP has a response to write to.
    if (host.getType() !== 'http') throw error;
    if (error instanceof ClientGone) return;
    const http = host.switchToHttp();
    sendProblem(http.getRequest<Request>(), http.getResponse<Response>(), this.describe(error));
  }

  private describe(error: unknown): Description {
    if (error instanceof DomainError) {
      const { code, message, errors } = error;
      return { status: STATUS[error.kind], code, detail: message, ...(errors ? { errors } : {}) };
    }
    const trouble = hostTroubleOf(error);
    if (trouble) {
      this.logger.error(error);
      const { code, message, advice } = trouble;
      return { status: code === 'HOST_NO_SPACE' ? 507 : 500, code, detail: `${message}. ${advice}` };
    }
    if (isCloudError(error)) {
      return {
        status:
          error.code === 'NOT_FOUND' ? 404 : error.code === 'CONFLICT' || error.code === 'IN_USE' ? 409 : 502,
        code: `CLOUD_${error.code}`,
        detail: error.advice === undefined ? error.message : `${error.message}. ${error.advice}`,
      };
    }
    if (error instanceof HttpException) return { ...describeHttp(error.getStatus()), detail: error.message };
    if (isBodyParserError(error)) {
      return {
        ...describeHttp(error.status),
        detail: error.expose ? error.message : 'The body cannot be read',
      };
    }
    this.logger.error(error);
    return {
      status: 500,
      code: 'INTERNAL',
      detail: 'Something went wrong in Image Manager; its log tells more under this request id',
    };
  }
}

function describeHttp(status: number): Description {
  const title = STATUS_CODES[status] ?? 'Error';
  return { status, code: title.toUpperCase().replace(/[^A-Z]+/g, '_'), detail: title };
}

/** body-parser throws http-errors: `status`, and `expose` when the message is fit for the caller. */
function isBodyParserError(error: unknown): error is Error & { status: number; expose: boolean } {
  return error instanceof Error && 'expose' in error && 'status' in error && typeof error.status === 'number';
}

export function sendProblem(request: Request, response: Response, description: Description): void {
  const requestId = typeof request.id === 'string' ? request.id : '';
  const problem: Problem = {
    type: `urn:image-manager:problem:${description.code.toLowerCase().replaceAll('_', '-')}`,
    title: STATUS_CODES[description.status] ?? 'Error',
    ...description,
    instance: request.originalUrl.split('?')[0] ?? '',
    requestId,
  };
  response.status(description.status).type('application/problem+json').send(JSON.stringify(problem));
}

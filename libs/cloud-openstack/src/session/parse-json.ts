import { CloudError } from '@image-manager/cloud';
import type { z } from 'zod';
import { readMessage } from './api-error.js';
import type { TransportResponse } from './transport.js';

/** @throws CloudError PROTOCOL when the text is no JSON, or not of that shape. */
export function parseJson<T>(
  answer: Pick<TransportResponse, 'body' | 'request'>,
  schema: z.ZodType<T>,
  doing: string,
): T {
  const { body, request } = answer;
  const trace = request.requestId === undefined ? '' : `, request ${request.requestId}`;
  const what = `${doing}: the answer to ${request.method} ${request.path} (${request.status ?? '?'}${trace})`;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // Neither the parser's words nor the text itself: an answer about a new server holds a password.
    const page = body.trimStart().startsWith('<') ? `: ${readMessage(body)}` : '';
    throw protocolError(`${what} is no complete JSON document, ${body.length} characters${page}`, request);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw protocolError(
    `${what} is not what the API promises, at ${issue?.path.join('.') || 'its beginning'}: ${issue?.message ?? ''}`,
    request,
    result.error,
  );
}

function protocolError(message: string, request: TransportResponse['request'], cause?: unknown): CloudError {
  return new CloudError('PROTOCOL', 'cloud', message, {
    ...(cause === undefined ? {} : { cause }),
    request,
    advice:
      'Something between here and the service cuts or changes answers (a proxy?): try again, then look there.',
  });
}

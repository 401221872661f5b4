import { CloudError, type CloudErrorCode } from '@image-manager/cloud';
import type { TransportResponse } from './transport.js';

type Fault = CloudError['fault'];

/** A refusal by an OpenStack service. */
export interface Refusal {
  /** What was being done, to begin the sentence with: `Creating server image-manager-build-7`. */
  doing: string;
  /** The service's name for people: `Nova`. */
  serviceName: string;
  expected: readonly number[];
  response: Pick<TransportResponse, 'status' | 'body' | 'request'>;
}

/** @see https://docs.openstack.org/api-ref/compute/#faults */
export function toCloudError({ doing, serviceName, expected, response }: Refusal): CloudError {
  const { status, body, request } = response;
  const { method, path, requestId } = request;
  const said = readMessage(body);
  const { code, fault, advice } = classify(status, said);
  const wanted = expected.length === 1 ? String(expected[0]) : `one of ${expected.join(', ')}`;
  return new CloudError(
    code,
    fault,
    `${doing}: ${serviceName} answered ${status}${said === '' ? '' : ` (${said})`} to ${method} ${path}, expected ${wanted}${requestId === undefined ? '' : `; request ${requestId}`}`,
    {
      request,
      ...(advice === undefined ? {} : { advice }),
    },
  );
}

interface Classification {
  code: CloudErrorCode;
  fault: Fault;
  advice?: string;
}

function classify(status: number, said: string): Classification {
  if (status === 401) {
    return { code: 'UNAUTHORIZED', fault: 'user', advice: 'Check the credentials of this cloud.' };
  }
  if ((status === 403 || status === 413) && /quota|exceed|limit/i.test(said)) {
    return {
      code: 'QUOTA_EXCEEDED',
      fault: 'cloud',
      advice: 'Free what the project does not need, or ask for a higher quota.',
    };
  }
  if (status === 403 && /protected/i.test(said)) return { code: 'CONFLICT', fault: 'user' };
  if (status === 403) {
    return {
      code: 'FORBIDDEN',
      fault: 'user',
      advice: 'These credentials lack a role or policy for it: ask the cloud’s administrator.',
    };
  }
  if (status === 404) return { code: 'NOT_FOUND', fault: 'cloud' };
  if (status === 409 && /in use/i.test(said)) return { code: 'IN_USE', fault: 'user' };
  if (status === 409) return { code: 'CONFLICT', fault: 'cloud' };
  if (status === 413) {
    return {
      code: 'QUOTA_EXCEEDED',
      fault: 'cloud',
      advice: 'The cloud takes nothing this big: make it smaller.',
    };
  }
  if (status === 429) {
    return {
      code: 'RATE_LIMITED',
      fault: 'cloud',
      advice: 'The cloud wants fewer requests: try again later.',
    };
  }
  if (status === 502 || status === 503 || status === 504) {
    return {
      code: 'UNREACHABLE',
      fault: 'cloud',
      advice: 'The service is down or overloaded: try again later.',
    };
  }
  if (status >= 500) {
    return {
      code: 'UNKNOWN',
      fault: 'cloud',
      advice: 'The cloud’s administrator finds it in the service’s log under the request’s id.',
    };
  }
  return { code: 'INVALID', fault: 'us' };
}

/** The services' own sentence, wherever in the body they put it. */
export function readMessage(body: string): string {
  return shorten(fromJson(body) ?? fromHtml(body));
}

function fromJson(body: string): string | undefined {
  try {
    return findMessage(JSON.parse(body) as unknown, 3);
  } catch {
    return undefined;
  }
}

/** `{"error": {"message": …}}`, `{"forbidden": {"message": …}}`, `{"NeutronError": {"message": …}}`, `{"message": …}` */
function findMessage(value: unknown, depth: number): string | undefined {
  if (typeof value !== 'object' || value === null || depth === 0) return undefined;
  const { message } = value as { message?: unknown };
  if (typeof message === 'string') return message;
  for (const inner of Object.values(value)) {
    const found = findMessage(inner, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Glance answers with a page: a heading that repeats the status, then the sentence. */
function fromHtml(body: string): string {
  return body
    .replace(/<(head|h1|title)>[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&quot;/g, '"')
    .replace(/&#x27;|&#39;/g, "'")
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 500 ? `${line.slice(0, 499)}…` : line;
}

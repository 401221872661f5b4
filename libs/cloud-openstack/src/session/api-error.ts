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
  const { code, fault, advice } = classify(status, said, serviceName);
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

const TOO_LARGE =
  'Make the image smaller, or have the limit raised: image_size_cap of Glance, or that of a proxy before it (client_max_body_size of nginx).';

interface Classification {
  code: CloudErrorCode;
  fault: Fault;
  advice?: string;
}

function classify(status: number, said: string, serviceName: string): Classification {
  if (status === 401) {
    return { code: 'UNAUTHORIZED', fault: 'user', advice: 'Check the credentials of this cloud.' };
  }
  if ((status === 403 || status === 413) && /quota|exceed|limit/i.test(said)) {
    return {
      code: 'QUOTA_EXCEEDED',
      fault: 'cloud',
      advice:
        status === 413 && serviceName === 'Glance' && !/quota/i.test(said)
          ? TOO_LARGE
          : `Free what the project does not need, or ask the cloud’s operator for a higher quota in ${serviceName}.`,
    };
  }
  if (status === 403 && /protected/i.test(said)) return { code: 'CONFLICT', fault: 'user' };
  if (status === 403 && /publicize_image/.test(said)) {
    return {
      code: 'FORBIDDEN',
      fault: 'user',
      advice:
        'These credentials may not make images public: ask the cloud’s administrator for Glance’s right publicize_image, or set visibility in the definition to private, shared or community.',
    };
  }
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
      advice: TOO_LARGE,
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
      advice: `${serviceName} is down or overloaded, or a proxy before it says so: retry later; if it stays, tell the cloud’s operator the request’s id.`,
    };
  }
  if (status >= 500) {
    return {
      code: 'UNKNOWN',
      fault: 'cloud',
      advice: `The cloud’s operator finds the reason in ${serviceName}’s log under the request’s id; then retry.`,
    };
  }
  return {
    code: 'INVALID',
    fault: 'us',
    advice: `Check the setting that ${serviceName} names; if it names none, this is a defect of Image Manager: report it with this sentence.`,
  };
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

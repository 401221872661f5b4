import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Exchange, RecordedRequest } from './exchange.js';

/** What happens instead of the answer; `handle` lets the service do its work. */
export type Effect = (exchange: Exchange, handle: () => Promise<void>) => void | Promise<void>;

export interface Fault {
  match: (request: Readonly<RecordedRequest>) => boolean;
  /** How many requests it meets; all if absent. */
  times?: number;
  effect: Effect;
}

/** Matches requests by method and the end of their path. */
export function to(method: string, path: RegExp): Fault['match'] {
  return (request) => request.method === method && path.test(request.path);
}

/** Another answer; the service sees nothing of the request. */
export function respond(
  status: number,
  body: object | string = '',
  headers: Record<string, string> = {},
): Effect {
  return async (exchange) => {
    await drain(exchange);
    exchange.send(status, body, headers);
  };
}

/** Another answer before the body has been read, as services do that refuse by the length alone. */
export function respondEarly(status: number, body: object | string = ''): Effect {
  return (exchange) => {
    exchange.send(status, body);
  };
}

/** Resets the connection once so many bytes of the body have come. */
export function reset(afterBytes = 0): Effect {
  return async (exchange) => {
    const { request, response } = exchange;
    const closed = once(response, 'close');
    let seen = 0;
    // Not by iterating: leaving that early takes the socket from the request before it can be reset.
    if (afterBytes === 0) exchange.cut();
    else {
      request.on('data', (chunk: Buffer) => {
        seen += chunk.length;
        if (seen >= afterBytes) exchange.cut();
      });
    }
    await closed;
  };
}

/** Reads the request and never answers. */
export function hang(): Effect {
  return async (exchange) => {
    await drain(exchange);
    await once(exchange.response, 'close');
  };
}

/** Takes nothing of the body any more, and does not answer. */
export function stall(): Effect {
  return async (exchange) => {
    exchange.request.pause();
    await once(exchange.response, 'close');
  };
}

/** The service does its work, and its answer is lost on the way back. */
export function loseAnswer(): Effect {
  return async (exchange, handle) => {
    exchange.deliver = () => {
      exchange.cut();
    };
    await handle();
  };
}

/** The service does its work, and its answer comes changed. */
export function rewrite(change: (answer: Answer) => Answer): Effect {
  return async (exchange, handle) => {
    exchange.deliver = (answer) => {
      exchange.write(change(answer));
    };
    await handle();
  };
}

/** The answer ends in the middle, and seems complete. */
export function truncate(): Effect {
  return rewrite((answer) => ({ ...answer, body: answer.body.slice(0, answer.body.length / 2) }));
}

/** The answer promises more bytes than come before the connection closes. */
export function breakOff(): Effect {
  return async (exchange, handle) => {
    exchange.deliver = ({ status, headers, body }) => {
      exchange.response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
      exchange.response.write(body.slice(0, body.length / 2), () => exchange.request.socket.end());
    };
    await handle();
  };
}

/** The service answers, but late. */
export function delay(milliseconds: number): Effect {
  return async (_exchange, handle) => {
    await sleep(milliseconds);
    await handle();
  };
}

async function drain({ request }: Exchange): Promise<void> {
  if (request.readableEnded) return;
  request.resume();
  await Promise.race([once(request, 'end'), once(request, 'close')]);
}

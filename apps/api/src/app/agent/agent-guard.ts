import { status, type Metadata } from '@grpc/grpc-js';
import { Injectable } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import type { AgentSessionEntity } from '../storage/index.js';
import { AgentSessions } from './agent-sessions.service.js';
import { RefusedCalls, type RefusalReason } from './refused-calls.service.js';

/** What the caller did wrong, with the field's name. */
export function invalid(message: string): RpcException {
  return new RpcException({ code: status.INVALID_ARGUMENT, message });
}

/** Tells which server a call comes from. */
@Injectable()
export class AgentGuard {
  constructor(
    private readonly sessions: AgentSessions,
    private readonly refused: RefusedCalls,
  ) {}

  /** @throws RpcException UNAUTHENTICATED */
  async sessionOf(metadata: Metadata, call: string): Promise<AgentSessionEntity> {
    const [header] = metadata.get('authorization');
    if (header === undefined) throw this.refuse(call, 'no token');
    const token = typeof header === 'string' ? /^Bearer ([\w-]{20,200})$/.exec(header)?.[1] : undefined;
    const session = token === undefined ? null : await this.sessions.find(token);
    if (!session) throw this.refuse(call, 'wrong token');
    if (session.state === 'closed') throw this.refuse(call, 'withdrawn token');
    if (session.state === 'contested') throw this.refuse(call, 'contested token');
    if (this.sessions.isExpired(session)) throw this.refuse(call, 'expired token');
    return session;
  }

  /** A refusal looks the same whatever is wrong with the token: it tells a guesser nothing. */
  refuse(call: string, reason: RefusalReason): RpcException {
    this.refused.count(call, reason);
    return new RpcException({ code: status.UNAUTHENTICATED, message: 'the token is wrong, used or expired' });
  }

  /** For a caller who is who it says, and wants too much. */
  limit(call: string, reason: RefusalReason, message: string): RpcException {
    this.refused.count(call, reason);
    return new RpcException({ code: status.RESOURCE_EXHAUSTED, message });
  }

  /** Counts a refusal that names a field. */
  noteInvalid(call: string, error: unknown): void {
    const isInvalid =
      error instanceof RpcException &&
      (error.getError() as { code?: unknown }).code === status.INVALID_ARGUMENT;
    if (isInvalid) this.refused.count(call, 'bad field');
  }
}

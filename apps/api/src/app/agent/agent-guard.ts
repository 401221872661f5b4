import { status, type Metadata } from '@grpc/grpc-js';
import { Injectable, Logger } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import type { AgentSessionEntity } from '../storage/index.js';
import { AgentSessions } from './agent-sessions.service.js';

/** A refusal looks the same whatever is wrong with the token: it tells a guesser nothing. */
export function refusal(): RpcException {
  return new RpcException({ code: status.UNAUTHENTICATED, message: 'the token is wrong, used or expired' });
}

export function invalid(message: string): RpcException {
  return new RpcException({ code: status.INVALID_ARGUMENT, message });
}

/** Tells which server a call comes from. */
@Injectable()
export class AgentGuard {
  private readonly logger = new Logger(AgentGuard.name);
  private refusals = 0;

  constructor(private readonly sessions: AgentSessions) {}

  /** @throws RpcException UNAUTHENTICATED */
  async sessionOf(metadata: Metadata, call: string): Promise<AgentSessionEntity> {
    const [header] = metadata.get('authorization');
    const token = typeof header === 'string' ? /^Bearer ([\w-]{20,200})$/.exec(header)?.[1] : undefined;
    const session = token === undefined ? undefined : await this.sessions.findLive(token);
    if (session) return session;
    this.refusals += 1;
    this.logger.warn({ call, refusals: this.refusals }, 'refused an agent whose token is not valid');
    throw refusal();
  }
}

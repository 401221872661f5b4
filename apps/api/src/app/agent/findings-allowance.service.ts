import { Injectable } from '@nestjs/common';
import type { AgentSessionEntity } from '../storage/index.js';
import { AgentSessions } from './agent-sessions.service.js';

/** No honest agent has more to say about one boot. */
const MAX_FINDINGS = 5000;
/** One, and one that was lost and is not known to be yet. */
const MAX_STREAMS = 2;

interface Used {
  findings: number;
  streams: number;
}

/** How much one server may bring into the log, however many streams it opens. */
@Injectable()
export class FindingsAllowance {
  private readonly used = new Map<string, Used>();

  constructor(sessions: AgentSessions) {
    sessions.closed$.subscribe((closed) => this.used.delete(keyOf(closed)));
  }

  /** @returns false when the server has too many streams open. */
  open(session: AgentSessionEntity): boolean {
    const used = this.of(session);
    if (used.streams >= MAX_STREAMS) return false;
    used.streams += 1;
    return true;
  }

  close(session: AgentSessionEntity): void {
    const used = this.used.get(keyOf(session));
    if (used) used.streams = Math.max(0, used.streams - 1);
  }

  /** @returns false when the server has said all it may. */
  take(session: AgentSessionEntity): boolean {
    const used = this.of(session);
    if (used.findings >= MAX_FINDINGS) return false;
    used.findings += 1;
    return true;
  }

  private of(session: AgentSessionEntity): Used {
    const key = keyOf(session);
    const used = this.used.get(key) ?? { findings: 0, streams: 0 };
    this.used.set(key, used);
    return used;
  }
}

function keyOf({ buildId, cloud }: { buildId: number; cloud: string }): string {
  return `${buildId}/${cloud}`;
}

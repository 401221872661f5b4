import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { firstValueFrom, fromEvent, merge, Subject, timer } from 'rxjs';
import { In, Repository } from 'typeorm';
import { SteadyTimes } from '../steady-times.js';
import { AgentSessionEntity, type AgentSessionState, type StoredReport } from '../storage/index.js';

export interface IssuedSession {
  session: AgentSessionEntity;
  /** Goes into the server's user-data and nowhere else. */
  token: string;
}

/** Tokens and what became of them: one for each test server, of use until its report is in. */
@Injectable()
export class AgentSessions {
  /** Ids of sessions whose state changed. */
  readonly changed$ = new Subject<number>();
  /** Servers that nobody may speak for any more. */
  readonly closed$ = new Subject<{ buildId: number; cloud: string }>();
  /** When tokens expire. */
  private readonly times = new SteadyTimes();

  constructor(@InjectRepository(AgentSessionEntity) private readonly rows: Repository<AgentSessionEntity>) {}

  /** @param expiresAt after which the token is refused. */
  async issue(
    of: Pick<AgentSessionEntity, 'buildId' | 'cloud' | 'serverName'>,
    expiresAt: Date,
  ): Promise<IssuedSession> {
    const token = randomBytes(32).toString('base64url');
    const session = await this.rows.save(
      this.rows.create({
        ...of,
        tokenHash: hashOf(token),
        consoleKey: randomBytes(32).toString('hex'),
        state: 'issued',
        expiresAt,
      }),
    );
    this.times.until(session.id, expiresAt);
    return { session, token };
  }

  /** Whether it may speak is its state's and its time's to say. */
  find(token: string): Promise<AgentSessionEntity | null> {
    return this.rows.findOneBy({ tokenHash: hashOf(token) });
  }

  isExpired({ id, expiresAt }: AgentSessionEntity): boolean {
    return this.times.until(id, expiresAt) < 0;
  }

  /** The server may speak until `expiresAt` at least. */
  async extend({ id, expiresAt: before }: AgentSessionEntity, expiresAt: Date): Promise<void> {
    if (this.times.until(id, before) >= expiresAt.getTime() - Date.now()) return;
    await this.rows.update({ id }, { expiresAt });
    this.times.forget(id);
    this.times.until(id, expiresAt);
  }

  async get(id: number): Promise<AgentSessionEntity> {
    return this.rows.findOneByOrFail({ id });
  }

  findOpen(buildId: number, cloud: string): Promise<AgentSessionEntity | null> {
    return this.rows.findOne({
      where: { buildId, cloud, state: In(['issued', 'registered', 'reported', 'contested']) },
      order: { id: 'DESC' },
    });
  }

  findReported(buildId: number): Promise<AgentSessionEntity[]> {
    return this.rows
      .createQueryBuilder('session')
      .where({ buildId })
      .andWhere('session.report IS NOT NULL')
      .orderBy('session.id', 'DESC')
      .getMany();
  }

  /**
   * Binds the session to the agent that made the nonce.
   *
   * @returns false when another agent has it already: the session is contested from then on.
   */
  async bind(session: AgentSessionEntity, nonce: string): Promise<boolean> {
    // One statement decides between two claims that arrive together.
    const claim = await this.rows.update(
      { id: session.id, state: 'issued' },
      { state: 'registered', nonce, registeredAt: new Date() },
    );
    if (claim.affected === 1) {
      this.changed$.next(session.id);
      return true;
    }
    const current = await this.get(session.id);
    if (current.nonce === nonce) return true;
    await this.move(session.id, ['registered'], 'contested');
    return false;
  }

  /** @returns false when the session was closed or contested meanwhile. */
  async saveReport(session: AgentSessionEntity, report: StoredReport): Promise<boolean> {
    // One that came over the console had no way to register.
    const from: AgentSessionState[] =
      report.consoleProblem === undefined ? ['registered'] : ['issued', 'registered'];
    const saved = await this.rows.update(
      { id: session.id, state: In(from) },
      { state: 'reported', report, reportedAt: new Date() },
    );
    this.changed$.next(session.id);
    return saved.affected === 1;
  }

  /** Resolves when any session changes, or after `ms`. @throws the signal's reason when it fires. */
  async nextChange(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await firstValueFrom(merge(this.changed$, timer(ms), fromEvent(signal, 'abort')));
    signal.throwIfAborted();
  }

  /** From here on nobody may speak for these servers. */
  async close(buildId: number, cloud: string): Promise<void> {
    await this.rows.update({ buildId, cloud }, { state: 'closed' });
    for (const { id } of await this.rows.findBy({ buildId, cloud })) this.times.forget(id);
    this.closed$.next({ buildId, cloud });
  }

  private async move(id: number, from: AgentSessionState[], to: AgentSessionState): Promise<void> {
    await this.rows.update({ id, state: In(from) }, { state: to });
    this.changed$.next(id);
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

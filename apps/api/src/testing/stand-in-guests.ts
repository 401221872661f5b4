import { setTimeout as sleep } from 'node:timers/promises';
import { decodeUserData } from '@image-manager/agent-contract';
import type { StandIn } from '@image-manager/cloud-openstack/testing';
import { passes } from './life-cycle-harness.js';
import { TestAgent } from './test-agent.js';

const RETRY_MS = 100;

/** Speaks for the servers of a stand-in cloud: reports that all is well, and tries again while the manager is away. */
export class StandInGuests {
  private readonly stopped = new AbortController();
  private readonly talks = new Map<string, Promise<void>>();
  private readonly looking: Promise<void>;

  constructor(
    private readonly standIn: StandIn,
    private readonly grpcAddress: string,
  ) {
    this.looking = this.look();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.looking;
    await Promise.all(this.talks.values());
  }

  private async look(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      for (const { id, userData, status } of this.standIn.servers()) {
        const settings = status === 'ACTIVE' ? decodeUserData(userData) : undefined;
        if (settings && !this.talks.has(id)) this.talks.set(id, this.speakFor(id, settings));
      }
      await sleep(RETRY_MS / 2);
    }
  }

  private async speakFor(id: string, settings: { certificate: string; token: string }): Promise<void> {
    const agent = new TestAgent(settings, this.grpcAddress);
    for (;;) {
      try {
        await agent.register();
        await agent.report(passes());
        break;
      } catch (error) {
        // UNAUTHENTICATED: nobody expects this server to speak any more.
        const isRefused = (error as { code?: number }).code === 16;
        const isGone = !this.standIn.servers().some((server) => server.id === id);
        if (isRefused || isGone || this.stopped.signal.aborted) break;
        await sleep(RETRY_MS);
      }
    }
    agent.client.close();
  }
}

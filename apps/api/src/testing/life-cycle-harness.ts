import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { expect } from '@jest/globals';
import type { AgentSettings, Check } from '@image-manager/agent-contract';
import {
  AGENT_CHECKS,
  isFinal,
  type BuildView,
  type CreateBuild,
  type ImageView,
  type LogPage,
  type PackageView,
  type StageName,
} from '@image-manager/contracts';
import { nextLook } from './next-look.js';
import { settingsOnConfigDrive, TestAgent } from './test-agent.js';
import { startTestApp, type TestApp } from './test-app.js';

export interface HarnessOptions {
  /** The cloud whose images and servers are meant; `local` if absent. */
  cloud?: string;
  /** The settings of the servers that exist now; those of the local cloud if absent. */
  settingsOfServers?: () => AgentSettings[];
  environment?: Record<string, string>;
}

/**
 * The pipeline with everything real but the two slow parts: disk-image-create is a stand-in that makes an empty disk, and
 * the test speaks for the agent of the server that was started from it.
 */
export class LifeCycleHarness {
  readonly cloud: string;

  private constructor(
    readonly api: TestApp,
    private readonly options: HarnessOptions,
  ) {
    this.cloud = options.cloud ?? 'local';
  }

  static async start(options: HarnessOptions = {}): Promise<LifeCycleHarness> {
    const standIns = resolve(import.meta.dirname, 'stand-ins/bin');
    const api = await startTestApp({
      PATH: `${standIns}${delimiter}${process.env['PATH'] ?? ''}`,
      // Any program will do: nobody starts it.
      AGENT_BINARY: process.execPath,
      LOCAL_FLAVOR_MEMORY_MB: '256',
      LOCAL_FLAVOR_DISK_GB: '1',
      ...options.environment,
    });
    const harness = new LifeCycleHarness(api, options);
    await harness.editDefinition((text) =>
      text.replace(/^minDiskGb:.*$/m, 'minDiskGb: 1').replace(/^minMemoryMb:.*$/m, 'minMemoryMb: 128'),
    );
    return harness;
  }

  /** Changes debian-12.yaml and waits until the product has read it. */
  async editDefinition(edit: (text: string) => string): Promise<void> {
    const path = join(this.api.distrosPath, 'debian-12.yaml');
    writeFileSync(path, edit(readFileSync(path, 'utf8')));
    const { DistroRegistry } = await import('../app/builder/distro-registry.service.js');
    await this.api.app.get(DistroRegistry).refresh();
  }

  async until(condition: () => Promise<boolean>, withinMs = 50_000): Promise<void> {
    const begin = performance.now();
    while (performance.now() - begin < withinMs) {
      if (await condition()) return;
      await nextLook(begin);
    }
    throw new Error(`not in time: ${condition.toString()}`);
  }

  async get(id: number): Promise<BuildView> {
    return (await (await this.api.request(`/api/builds/${id}`)).json()) as BuildView;
  }

  async create(fields: Partial<CreateBuild> = {}): Promise<number> {
    const response = await this.api.post('/api/builds', { distroId: 'debian-12', ...fields });
    const build = (await response.json()) as BuildView;
    expect(response.status).toBe(201);
    return build.id;
  }

  /** @param path below /api. @returns what the product answers. */
  async post(path: string, body: unknown = {}): Promise<{ status: number; body: unknown }> {
    const response = await this.api.post(`/api${path}`, body);
    return { status: response.status, body: await response.json() };
  }

  reaches(id: number, stage: StageName): Promise<void> {
    return this.until(async () =>
      (await this.get(id)).stages.some(
        (row) => row.stage === stage && row.cloud === this.cloud && row.status === 'running',
      ),
    );
  }

  async ended(id: number): Promise<BuildView> {
    await this.until(async () => isFinal((await this.get(id)).status));
    return this.get(id);
  }

  /** The agent of the build's server, registered. A server that a restart interrupted is made anew: then it is asked again. */
  async agentOf(id: number): Promise<TestAgent> {
    await this.reaches(id, 'boot');
    let agent: TestAgent | undefined;
    await this.until(async () => {
      const build = await this.get(id);
      if (isFinal(build.status)) throw new Error(JSON.stringify(build.cause));
      for (const settings of this.settingsOfServers()) {
        try {
          const candidate = new TestAgent(settings, this.api.grpcAddress);
          await candidate.register();
          agent = candidate;
        } catch {
          continue; // It is still being made, or already replaced.
        }
      }
      return agent !== undefined;
    });
    return agent!;
  }

  /** From a queued build to its end, with an agent that finds everything well. */
  async promoted(fields: Partial<CreateBuild> = {}, packages: PackageView[] = []): Promise<BuildView> {
    const id = await this.create(fields);
    const agent = await this.agentOf(id);
    await agent.report(passes(), packages);
    const build = await this.ended(id);
    expect(build.cause).toBeUndefined();
    return build;
  }

  async images(): Promise<ImageView[]> {
    return (await (await this.api.request(`/api/clouds/${this.cloud}/images`)).json()) as ImageView[];
  }

  async visible(): Promise<ImageView[]> {
    return (await this.images()).filter(({ hidden }) => !hidden);
  }

  async log(id: number): Promise<LogPage> {
    return (await (await this.api.request(`/api/builds/${id}/log?limit=5000`)).json()) as LogPage;
  }

  /** Rule 1 and 4 of the pipeline: nothing of an ended build is left, and the ledger says so. */
  async expectClean(id: number): Promise<void> {
    const { api } = this;
    // Imported late: it reads the environment as it loads.
    const { Ledger } = await import('../app/storage/index.js');
    const rows = await api.app.get(Ledger).ofBuild(id);
    expect(rows.filter(({ state }) => state === 'intended' || state === 'held')).toEqual([]);
    expect(this.settingsOfServers()).toEqual([]);
    expect(readdirSync(join(api.storagePath, 'work'))).toEqual([]);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(api.storagePath);
    const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    expect(processes.split('\n').filter((line) => line.includes(join(api.storagePath, 'work')))).toEqual([]);
    const { lines, total } = await this.log(id);
    expect(lines.map(({ n }) => n)).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  }

  private settingsOfServers(): AgentSettings[] {
    if (this.options.settingsOfServers) return this.options.settingsOfServers();
    const servers = join(this.api.storagePath, 'clouds/local/servers');
    return readdirSync(servers).flatMap((server) => {
      try {
        return [settingsOnConfigDrive(join(servers, server))];
      } catch {
        return []; // It is still being made.
      }
    });
  }
}

/** A report in which all is well but one check. */
export function passes(failing?: string): Check[] {
  return AGENT_CHECKS.map((name) => ({
    name,
    status: name === failing ? ('CHECK_STATUS_FAIL' as const) : ('CHECK_STATUS_PASS' as const),
    reason: 'says the test',
  }));
}

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { BuildSummary, BuildView, HealthView, Page, StageName } from '@image-manager/contracts';
import { ApiProcess } from '../api-process.js';
import { HangingDisk, MemoryDisk, requireRoot } from './disks.js';
import { nextLook } from '../next-look.js';
import { HostGuests } from './host-guests.js';
import {
  databaseHealth,
  findLeftBehind,
  imagesOnDisk,
  openLedgerRows,
  storedStage,
  visibleImages,
} from './left-behind.js';

const DEADLINES = { build: 900, upload: 900, boot: 900, test: 900, promote: 900, cleanup: 900 };
/** Of the stage that is to hang: long enough to come to the point where it does. */
const HASTY = { build: 15, upload: 10, boot: 15, test: 6, promote: 15, cleanup: 8 };
/** By how much longer on a machine that was too busy for that. */
const PATIENCE = 8;

/** The API as a process, its storage and its local cloud on disks of their own, and the real agent in its servers. */
export class FaultBench {
  /** The build that made the current image, whose artifact is large enough to be met on its way. */
  private artifactOf = 0;

  private constructor(
    readonly api: ApiProcess,
    readonly storage: MemoryDisk,
    /** Of the local cloud's images and servers. */
    readonly disk: HangingDisk,
    readonly guests: HostGuests,
  ) {}

  /** With a current image that a build has made. Nothing of it is left when that fails. */
  static async start(): Promise<FaultBench> {
    requireRoot();
    const api = await ApiProcess.create(
      { LOCAL_FLAVOR_MEMORY_MB: '256', LOCAL_FLAVOR_DISK_GB: '1' },
      { logInStorage: true },
    );
    const local = join(api.storagePath, 'clouds/local');
    const disks: { remove(): void }[] = [];
    let bench: FaultBench | undefined;
    try {
      const storage = MemoryDisk.mount(api.storagePath, 4096);
      disks.unshift(storage);
      const disk = HangingDisk.mount(local, `${api.storagePath}.disk`, 1600);
      disks.unshift(disk);
      bench = new FaultBench(api, storage, disk, new HostGuests(join(local, 'servers'), api.grpcAddress));
      bench.define();
      await api.start();
      await bench.prepareArtifact();
      return bench;
    } catch (error) {
      if (bench) await bench.close();
      else
        await api.close(() => {
          for (const disk of disks) disk.remove();
        });
      throw error;
    }
  }

  async close(): Promise<void> {
    this.storage.free();
    this.disk.answer();
    this.disk.free();
    await this.guests.stop();
    await this.api.close(() => {
      this.disk.remove();
      this.storage.remove();
    });
  }

  /** Between two rows: nothing hangs, guests speak, deadlines are far. */
  async calmDown(): Promise<void> {
    this.storage.free();
    this.disk.answer();
    this.disk.free();
    this.define();
    await this.guests.forget();
    this.guests.behave({ agent: 'speaks' });
  }

  /** The definition, with a short deadline for one stage. */
  define(hasty?: StageName, factor = 1): void {
    const deadlines = { ...DEADLINES, ...(hasty ? { [hasty]: factor * HASTY[hasty] } : {}) };
    const lines = Object.entries(deadlines).map(([stage, seconds]) => `  ${stage}: ${seconds}\n`);
    this.api.editDefinition((text) =>
      text
        .replace(/^minDiskGb:.*$/m, 'minDiskGb: 1')
        .replace(/^minMemoryMb:.*$/m, 'minMemoryMb: 128')
        .replace(
          /^requiredChecks:\n(?: {2}- .*\n)+/m,
          'requiredChecks:\n  - system.os-release\n  - system.hostname\n  - network.manager\n  - packages.dpkg-audit\n',
        )
        .replace(/^retention:\n {2}keep: .*$/m, 'retention:\n  keep: 1')
        .replace(/^deadlines:\n(?: {2}\w+: \d+\n)+/m, `deadlines:\n${lines.join('')}`),
    );
  }

  async prepareArtifact(system: 'large' | 'writing' = 'large'): Promise<void> {
    this.artifactOf = await this.api.create({ dibArguments: [`--root-label=${system}`] });
    const build = await this.api.finished(this.artifactOf);
    expect(build.cause).toBeUndefined();
    await this.guests.forget();
  }

  createFromArtifact(): Promise<number> {
    return this.api.create({ artifactOf: this.artifactOf });
  }

  get artifact(): string {
    return join(this.api.storagePath, 'artifacts', `build-${this.artifactOf}.qcow2`);
  }

  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    const begin = performance.now();
    while (!(await condition())) {
      if (performance.now() - begin > 180_000) throw new Error(`not in time: ${condition.toString()}`);
      await nextLook(begin);
    }
  }

  async stageOf(id: number, stage: StageName): Promise<BuildView['stages'][number]> {
    const cloud = stage === 'build' ? '' : 'local';
    const row = (await this.api.build(id)).stages.find(
      (entry) => entry.stage === stage && entry.cloud === cloud,
    );
    if (!row) throw new Error(`build ${id} has no stage ${stage}`);
    return row;
  }

  async isRunning(id: number, stage: StageName): Promise<boolean> {
    const { status } = await this.stageOf(id, stage);
    if (!['pending', 'running', 'succeeded'].includes(status)) {
      const { stages } = await this.api.build(id);
      const causes = stages.flatMap(({ cause }) => cause?.message ?? []);
      throw new Error(`${stage} is ${status}: ${causes.join('; ')}`);
    }
    return status === 'running';
  }

  stored(id: number, stage: StageName): string {
    return storedStage(this.api.storagePath, id, stage, stage === 'build' ? '' : 'local');
  }

  /** Where the stand-in for disk-image-create looks whether it may go on. */
  letDibGoOn(id: number, how: 'on' | 'fail'): void {
    // On a full disk an empty file is all that there is room for.
    writeFileSync(join(this.api.storagePath, `work/build-${id}/tmp/go`), how === 'on' ? 'on\n' : '');
  }

  isInChroot(id: number): boolean {
    const folder = join(this.api.storagePath, `work/build-${id}`);
    return findLeftBehind(this.api.storagePath, this.api.pid).some(
      (line) => line.includes('sleep 3600') && statSync(folder).isDirectory(),
    );
  }

  /** Bytes of the candidate that have arrived. */
  arrived(id: number): number {
    const folder = this.candidateFolder(id);
    if (folder === undefined) return 0;
    try {
      return statSync(join(folder, 'data')).size;
    } catch {
      return 0;
    }
  }

  /** Of the candidate in the local cloud's image store. */
  candidateFolder(id: number): string | undefined {
    const candidate = imagesOnDisk(this.api.storagePath).find(({ name }) =>
      name.endsWith(`candidate, build ${id}`),
    );
    return candidate && join(this.api.storagePath, 'clouds/local/images', candidate.id);
  }

  /** Of the image that users boot. */
  currentFolder(): string {
    const [current] = visibleImages(this.api.storagePath);
    if (!current) throw new Error('there is no current image');
    return join(this.api.storagePath, 'clouds/local/images', current.id);
  }

  /** Where it hangs past a short deadline, or past a longer one where the machine did not come there in time. */
  async hang(stage: StageName, reach: () => Promise<number>): Promise<number> {
    this.define(stage);
    try {
      return await reach();
    } catch {
      const { items } = await this.api.get<Page<BuildSummary>>('/builds');
      await this.calmDown();
      await this.api.finished(items[0]!.id);
      this.define(stage, PATIENCE);
      return await reach();
    }
  }

  /** Whatever held the build back does not any more. */
  goOn(id: number, stage: StageName): void {
    this.disk.answer();
    if (stage === 'build') this.letDibGoOn(id, 'on');
    this.guests.goOn();
  }

  async pastDeadline(id: number, stage: StageName): Promise<void> {
    const { deadlineAt } = await this.stageOf(id, stage);
    await this.until(() => deadlineAt !== undefined && Date.parse(deadlineAt) + 200 < Date.now());
  }

  /** Until the operator is told that the database has no room. */
  async untilDatabaseIsFull(id: number): Promise<void> {
    await this.until(
      async () => (await this.api.get<HealthView>('/health')).problem?.code === 'HOST_NO_SPACE',
    );
    const running = (await this.api.build(id)).stages.filter(({ status }) => status === 'running');
    expect(running.map(({ activity }) => activity)).toEqual([
      expect.stringMatching(`Waiting: The disk of ${this.api.storagePath} on .* is full`),
    ]);
    // Whoever wants something that has to be stored is told the same.
    await expect(this.api.create()).rejects.toThrow(/507.*HOST_NO_SPACE/);
  }

  async restart(): Promise<void> {
    await this.api.stop();
    await this.api.start();
  }

  visible(): number {
    return visibleImages(this.api.storagePath).length;
  }

  serverFolders(): string[] {
    const folder = join(this.api.storagePath, 'clouds/local/servers');
    return readdirSync(folder).map((name) => join(folder, name));
  }

  /** What the servers have printed. */
  consoles(): string[] {
    return this.serverFolders().map((folder) => readFileSync(join(folder, 'console.log'), 'utf8'));
  }

  /** Looks all the time how many images users see under the name; @returns what ends it and says what was seen. */
  watchImages(): () => Promise<number[]> {
    const counts = new Set<number>();
    const done = new AbortController();
    const watching = (async () => {
      while (!done.signal.aborted) {
        // A switch may come between the reading of two images: only what two looks agree on counts.
        const count = this.visible();
        if (this.visible() === count) counts.add(count);
        await sleep(10);
      }
    })();
    return async () => {
      done.abort();
      await watching;
      return [...counts].sort();
    };
  }

  /** What must hold when a build is over, whatever happened to it. */
  async expectAtRest(id: number): Promise<void> {
    const { api } = this;
    const problems = () => [
      ...findLeftBehind(api.storagePath, api.pid),
      ...openLedgerRows(api.storagePath),
      ...(this.visible() === 1 ? [] : [`${this.visible()} visible images`]),
    ];
    for (let tries = 0; tries < 100 && problems().length > 0; tries += 1) await sleep(50);
    expect(problems()).toEqual([]);
    const current = (await api.images('local')).filter(({ state }) => state === 'current');
    expect(current.map((image) => image.id)).toEqual(visibleImages(api.storagePath).map((image) => image.id));
    const { lines, total } = await api.log(id);
    expect(lines.map(({ n }) => n)).toEqual(Array.from({ length: total }, (_, index) => index + 1));
    expect(total).toBeGreaterThan(0);
    expect(databaseHealth(api.storagePath)).toBe('ok');
  }
}

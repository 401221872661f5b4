import { lstat, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { CloudNeeds, CloudProblem } from '@image-manager/cloud';
import { activity } from '@image-manager/contracts';
import {
  artifactPath,
  DibProgress,
  findDibCause,
  followSpool,
  isRunning,
  preflightHost,
  readOutcome,
  SpaceWatch,
  spoolPath,
  startDib,
  sweepDib,
  type DibHandle,
} from '@image-manager/disk-image-builder';
import { AppConfig } from '../../config/index.js';
import { Clouds } from '../../openstack/index.js';
import { BuildEntity, Ledger, LogStore, WritableDatabase, type LedgerEntity } from '../../storage/index.js';
import { inspectArtifact, problemOfBuilt, verifyArtifact } from '../artifact-file.js';
import { BuildEvents } from '../build-events.js';
import { forgottenCloud, StageFailure } from '../stage-failure.js';
import type { StageContext } from '../stage-runner.service.js';

/** Each run of disk-image-create writes a spool of its own, even within one build. */
function sourceOf({ pid, startTime }: DibHandle): string {
  return `dib/${pid}/${startTime}`;
}

/** How much of the output's end is searched for the cause of a failure. */
const CAUSE_LINES = 3000;

/** Makes the artifact with disk-image-create, or takes over that of an earlier build. */
@Injectable()
export class BuildStage {
  constructor(
    private readonly config: AppConfig,
    private readonly clouds: Clouds,
    private readonly ledger: Ledger,
    private readonly log: LogStore,
    private readonly database: WritableDatabase,
    private readonly events: BuildEvents,
    @InjectRepository(BuildEntity) private readonly builds: Repository<BuildEntity>,
  ) {}

  async run(context: StageContext): Promise<void> {
    await this.preflightClouds(context);
    if (context.build.artifactOf !== null && (await this.takeOver(context, context.build.artifactOf))) return;
    const handle =
      (context.resumed ? await this.findRunning(context) : undefined) ?? (await this.start(context));
    const space = new SpaceWatch(handle.workDirectory);
    space.start();
    try {
      await this.follow(context, handle);
    } finally {
      space.stop();
    }
    await this.conclude(context, handle, space);
  }

  /** Fails before an hour is spent when no cloud could take the image anyway. */
  private async preflightClouds({ build, say, signal }: StageContext): Promise<void> {
    const needs = {
      diskGb: build.definition.minDiskGb,
      memoryMb: build.definition.minMemoryMb,
      imageBytes: 0,
    };
    const found = await Promise.all(
      build.clouds.map(async (name) => {
        const [problem] = await this.preflightOf(name, needs, signal);
        if (problem) await say(`Cloud ${name}: ${problem.message} ${problem.advice}`);
        return problem;
      }),
    );
    const [first] = found;
    if (first && found.every(Boolean))
      throw new StageFailure(first.code, first.fault ?? 'cloud', first.message, first.advice);
  }

  /** A cloud that was taken out of the configuration meanwhile is that cloud's problem alone. */
  private preflightOf(name: string, needs: CloudNeeds, signal: AbortSignal): Promise<CloudProblem[]> {
    if (this.clouds.names.includes(name)) return this.clouds.get(name).preflight(needs, { signal });
    return Promise.resolve([forgottenCloud(name)]);
  }

  /** @returns false when a retry's artifact no longer verifies: then it is built anew. */
  private async takeOver({ build, say, progress, signal }: StageContext, sourceId: number): Promise<boolean> {
    progress(undefined, activity('build.verify', { build: sourceId }));
    const source = await this.builds.findOneBy({ id: sourceId });
    const problem = await this.findProblem(build, source, signal);
    if (source?.artifact && problem === undefined) {
      build.artifact = source.artifact;
      await this.builds.update({ id: build.id }, { artifact: source.artifact });
      await say(
        `Taking over the artifact of build ${sourceId}, checksum verified: sha512 ${source.artifact.sha512}`,
      );
      return true;
    }
    if (build.retryOf === null) {
      throw new StageFailure(
        'ARTIFACT_UNUSABLE',
        'host',
        `The artifact of build ${sourceId} cannot be used: ${problem ?? 'unknown'}`,
        'Start a build from scratch.',
      );
    }
    // So it is one that was built, in its view and in the statistics.
    build.artifactOf = null;
    await this.builds.update({ id: build.id }, { artifactOf: null });
    this.events.build$.next({ id: build.id, distroId: build.distroId, status: build.status });
    await say(`The artifact of build ${sourceId} cannot be used (${problem ?? 'unknown'}): building anew`);
    return false;
  }

  /** Why the artifact of an earlier build cannot stand for this one. */
  private async findProblem(
    build: BuildEntity,
    source: BuildEntity | null,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    if (!source?.artifact) return 'it is no longer kept';
    // Who names an artifact wants just that one; a retry wants what the definition says today.
    if (build.retryOf !== null && source.definitionDigest !== build.definitionDigest) {
      return 'the definition has changed since';
    }
    return verifyArtifact(source.artifact, signal);
  }

  /** disk-image-create outlives this program; the ledger knows it by pid and start time. */
  private async findRunning({ build, say }: StageContext): Promise<DibHandle | undefined> {
    const row = (await this.ledger.ofBuild(build.id)).find(
      ({ kind, state }) => kind === 'process' && state === 'held',
    );
    if (!row?.externalId || !row.detail?.['startTime']) return undefined;
    const workDirectory = this.workDirectory(build.id);
    const handle = { pid: Number(row.externalId), startTime: row.detail['startTime'], workDirectory };
    if (!isRunning(handle) && (await readOutcome(workDirectory)) === undefined) return undefined;
    await say('Carrying on with the disk-image-create that an earlier start of Image Manager began');
    return handle;
  }

  private async start({ build, signal, say, progress }: StageContext): Promise<DibHandle> {
    progress(0, activity('build.preflight'));
    const workDirectory = this.workDirectory(build.id);
    const { definition } = build;
    const host = {
      definition,
      workDirectory,
      elementsDirectory: this.config.elementsPath,
      agentBinary: this.config.agentBinary,
      settings: this.config.dib,
    };
    const open = await this.closeEarlierRun(build.id, workDirectory);
    const directory =
      open ??
      (await this.ledger.intend({ buildId: build.id, cloud: '', kind: 'directory', name: workDirectory }));
    await mkdir(workDirectory, { recursive: true, mode: 0o700 });
    await this.ledger.hold(directory, workDirectory);
    const problems = await preflightHost(host);
    const [first] = problems;
    if (first) {
      throw new StageFailure(
        first.code,
        first.fault,
        first.message,
        first.advice,
        problems.map(({ message, advice }) => `${message} ${advice}`),
      );
    }
    await say(`Building ${definition.displayName} from scratch with disk-image-create`);
    signal.throwIfAborted();
    const process_ = await this.ledger.intend({
      buildId: build.id,
      cloud: '',
      kind: 'process',
      name: `disk-image-create build-${build.id}`,
    });
    const handle = await startDib({
      ...host,
      buildId: build.id,
      extraPackages: build.packages,
      extraArguments: build.dibArguments,
      cacheDirectory: this.config.inStorage('cache', 'dib'),
      nodePath: process.execPath,
    });
    await this.ledger.hold(process_, String(handle.pid), { startTime: handle.startTime, workDirectory });
    return handle;
  }

  /** What a run that was interrupted left is cleared away; @returns the work directory's row, to be used again. */
  private async closeEarlierRun(buildId: number, workDirectory: string): Promise<LedgerEntity | undefined> {
    const rows = (await this.ledger.ofBuild(buildId)).filter(
      ({ cloud, state }) => cloud === '' && state !== 'released',
    );
    if (rows.length === 0) return undefined;
    const { problems } = await sweepDib(workDirectory, { keep: [] });
    if (problems.length > 0)
      throw new Error(`the interrupted run cannot be cleared away: ${problems.join('; ')}`);
    for (const row of rows) if (row.kind === 'process') await this.ledger.release(row);
    return rows.find(({ kind }) => kind === 'directory');
  }

  private async follow({ build, signal, log, progress }: StageContext, handle: DibHandle): Promise<void> {
    const reader = new DibProgress();
    const batches = followSpool(spoolPath(handle.workDirectory), {
      fromOffset: await this.log.mark(build.id, sourceOf(handle)),
      signal,
      finished: () => !isRunning(handle),
    });
    for await (const { lines, offset } of batches) {
      const last = lines.length - 1;
      await log(
        lines.map((text, index) => ({
          stream: 'stdout' as const,
          text,
          ...(index === last ? { mark: { source: sourceOf(handle), offset } } : {}),
        })),
      );
      for (const line of lines) {
        const news = reader.feed(line);
        if (news) progress(news.progress, news.activity);
      }
    }
    signal.throwIfAborted();
  }

  private async conclude(
    { build, say, progress, signal }: StageContext,
    { workDirectory }: DibHandle,
    space: SpaceWatch,
  ): Promise<void> {
    const outcome = await readOutcome(workDirectory);
    if (outcome?.exitCode !== 0) {
      await space.look();
      // What it left behind is of no use any more, and may be what keeps its cause from being stored.
      if (space.isDiskFull()) await sweepDib(workDirectory, { keep: [] });
      const tail = await this.database.insist(() => this.log.tail(build.id, CAUSE_LINES, { stage: 'build' }));
      const output = tail.filter(({ stream }) => stream === 'stdout').map(({ text }) => text);
      const cause = findDibCause(output, { outcome, space: space.fullest() });
      throw new StageFailure(cause.code, cause.fault, cause.message, cause.advice, cause.lines);
    }
    progress(0.99, activity('build.checksum'));
    const made = artifactPath(workDirectory, build.definition);
    const path = this.config.inStorage('artifacts', `build-${build.id}.${build.definition.diskFormat}`);
    await mkdir(this.config.inStorage('artifacts'), { recursive: true, mode: 0o700 });
    // A crash after the rename and before the row is saved: the file is there already.
    const isMoved = !(await exists(made)) && (await exists(path));
    if (!isMoved) {
      const problem = await problemOfBuilt(made, build.definition.diskFormat, signal);
      if (problem !== undefined) throw nothingBuilt(made, problem);
      await rename(made, path);
    }
    const artifact = await inspectArtifact(path, signal);
    build.artifact = artifact;
    await this.builds.update({ id: build.id }, { artifact });
    await say(`Artifact of ${artifact.sizeBytes} bytes, sha512 ${artifact.sha512}`);
  }

  private workDirectory(buildId: number): string {
    return join(this.config.storagePath, 'work', `build-${buildId}`);
  }
}

function nothingBuilt(path: string, problem: string): StageFailure {
  return new StageFailure(
    'NO_IMAGE_BUILT',
    'definition',
    `disk-image-create ended well, but its image ${path} ${problem}`,
    'See which element or argument of the definition changes how the image is made, or where it is written (-o or -t in dib.arguments; scripts in post-root.d and cleanup.d).',
  );
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

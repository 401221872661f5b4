import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { isCloudError, isTransient, wasRefused, type CloudImage } from '@image-manager/cloud';
import { activity } from '@image-manager/contracts';
import { Clouds } from '../../openstack/index.js';
import {
  ImageEntity,
  Installation,
  Ledger,
  type Artifact,
  type BuildEntity,
  type LedgerEntity,
} from '../../storage/index.js';
import { verifyArtifact } from '../artifact-file.js';
import { StageFailure } from '../stage-failure.js';
import type { StageContext } from '../stage-runner.service.js';
import { Undo } from '../undo.service.js';

const GIB = 1024 ** 3;
const TRIES = 3;
const RETRY_MS = 2000;

/** Brings the artifact into the cloud as a private, hidden candidate. */
@Injectable()
export class UploadStage {
  constructor(
    private readonly clouds: Clouds,
    private readonly installation: Installation,
    private readonly ledger: Ledger,
    private readonly undo: Undo,
    @InjectRepository(ImageEntity) private readonly images: Repository<ImageEntity>,
  ) {}

  async run(context: StageContext): Promise<void> {
    const { build, cloud: cloudName, signal, say } = context;
    const cloud = this.clouds.get(cloudName);
    const artifact = artifactOf(build);
    const diskGb = Math.max(build.definition.minDiskGb, Math.ceil(artifact.virtualSizeBytes / GIB));
    const needs = { diskGb, memoryMb: build.definition.minMemoryMb, imageBytes: artifact.sizeBytes };
    const [problem] = await cloud.preflight(needs, { signal });
    if (problem) {
      throw new StageFailure(problem.code, problem.fault ?? 'cloud', problem.message, problem.advice);
    }

    if (context.resumed) await this.discardEarlierRun(context);
    for (let attempt = 1; ; attempt += 1) {
      const row = await this.ledger.intend({
        buildId: build.id,
        cloud: cloudName,
        kind: 'image',
        name: candidateName(build),
      });
      try {
        await this.uploadOnce(context, artifact, diskGb, row);
        return;
      } catch (error) {
        // What the cloud refused was not made: nobody has to look for it.
        if (row.externalId === null && wasRefused(error)) await this.ledger.release(row);
        if (!signal.aborted && !isTransient(error)) await assertUnchanged(artifact, signal);
        if (signal.aborted || attempt === TRIES || !isWorthAnotherTry(error)) throw error;
        await say(`Upload ${attempt} of ${TRIES} failed: ${error.message}`);
        // An upload cannot be continued: its image goes, and a new one is made.
        if (!(await this.discard(context, row))) throw error;
      }
      await sleep(RETRY_MS * attempt, undefined, { signal });
    }
  }

  private async uploadOnce(
    { build, cloud: cloudName, signal, say, progress }: StageContext,
    artifact: Artifact,
    diskGb: number,
    row: LedgerEntity,
  ): Promise<void> {
    const cloud = this.clouds.get(cloudName);
    const image = await cloud.images.create(
      {
        name: row.name,
        diskFormat: build.definition.diskFormat,
        minDiskGb: diskGb,
        minMemoryMb: build.definition.minMemoryMb,
        properties: { ...glanceProperties(build), image_manager_definition: build.definitionDigest },
        tags: ['image-manager'],
        ownership: { installationId: this.installation.id, buildId: build.id },
      },
      { signal },
    );
    await this.ledger.hold(row, image.id);
    await this.images.save({
      cloud: cloudName,
      id: image.id,
      buildId: build.id,
      distroId: build.distroId,
      state: 'candidate',
      sha512: artifact.sha512,
      createdAt: new Date(),
    });
    await say(`Uploading ${artifact.sizeBytes} bytes to image ${image.id}`);
    const begin = performance.now();
    const uploaded = await cloud.images.upload(image.id, artifact.path, {
      signal,
      onProgress: (sent, total) => {
        progress(total === 0 ? undefined : sent / total, activity('upload.send'));
      },
    });
    assertSameBytes(artifact, uploaded);
    const rate = artifact.sizeBytes / 1e6 / ((performance.now() - begin) / 1000);
    await say(
      `Candidate ${image.id} is active, its checksum agrees with the artifact's (${rate.toFixed(0)} MB/s)`,
    );
  }

  private async discardEarlierRun(context: StageContext): Promise<void> {
    for (const row of await this.ledger.ofBuild(context.build.id)) {
      const isOpen = row.state === 'intended' || row.state === 'held';
      if (row.cloud === context.cloud && row.kind === 'image' && isOpen) {
        await this.undo.undo(row, context.signal);
      }
    }
  }

  /** @returns false when what the upload left could not be removed: then cleanup and reaper go on with it. */
  private async discard({ signal, say }: StageContext, row: LedgerEntity): Promise<boolean> {
    try {
      await this.undo.undo(row, signal);
      return true;
    } catch (error) {
      signal.throwIfAborted();
      await say(`The image of the failed upload could not be removed: ${String(error)}`);
      return false;
    }
  }
}

/** Before the way or the cloud is blamed. @throws StageFailure when the file on this machine is not what was built. */
async function assertUnchanged(artifact: Artifact, signal: AbortSignal): Promise<void> {
  const problem = await verifyArtifact(artifact, signal);
  if (problem === undefined) return;
  throw new StageFailure(
    'ARTIFACT_CHANGED',
    'host',
    `The artifact ${artifact.path} is not any more what was built: ${problem}`,
    'Something other than Image Manager has changed or removed it: find out what writes to STORAGE_PATH/artifacts, then retry, which builds anew.',
  );
}

/** Whether it is the way or the store that failed, rather than what was asked. */
function isWorthAnotherTry(error: unknown): error is Error {
  if (error instanceof StageFailure) return error.code === 'CHECKSUM_MISMATCH';
  return isTransient(error) || isCloudError(error, 'SERVER_ERROR_STATE');
}

function candidateName({ id, definition }: BuildEntity): string {
  return `${definition.imageName} candidate, build ${id}`;
}

/** @throws StageFailure when the bytes in the cloud are not those of the artifact. */
export function assertSameBytes(artifact: Artifact, image: CloudImage): void {
  if (image.hash?.algorithm === 'sha512' && image.hash.value === artifact.sha512) return;
  throw new StageFailure(
    'CHECKSUM_MISMATCH',
    'cloud',
    `Image ${image.id} does not have the bytes that were built: ${image.hash ? `its ${image.hash.algorithm} begins with ${image.hash.value.slice(0, 16)}` : 'the cloud knows no checksum of it'}, the artifact’s sha512 begins with ${artifact.sha512.slice(0, 16)}`,
    'They were changed on their way or in the cloud’s image store: retry, and have the store checked if it happens again.',
  );
}

export function artifactOf(build: BuildEntity): Artifact {
  if (!build.artifact) throw new Error(`build ${build.id} has no artifact`);
  return build.artifact;
}

/** By Glance's conventions; the definition's own properties win. */
function glanceProperties({ definition }: BuildEntity): Record<string, string> {
  return {
    os_type: 'linux',
    os_distro: definition.family,
    os_version: definition.version,
    architecture: 'x86_64',
    image_manager_distro: definition.id,
    ...definition.properties,
  };
}

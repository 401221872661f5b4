import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { CloudImage } from '@image-manager/cloud';
import { Clouds } from '../../openstack/index.js';
import { ImageEntity, Installation, Ledger, type Artifact, type BuildEntity } from '../../storage/index.js';
import { StageFailure } from '../stage-failure.js';
import type { StageContext } from '../stage-runner.service.js';

const GIB = 1024 ** 3;

/** Brings the artifact into the cloud as a private, hidden candidate. */
@Injectable()
export class UploadStage {
  constructor(
    private readonly clouds: Clouds,
    private readonly installation: Installation,
    private readonly ledger: Ledger,
    @InjectRepository(ImageEntity) private readonly images: Repository<ImageEntity>,
  ) {}

  async run(context: StageContext): Promise<void> {
    const { build, cloud: cloudName, signal, say, progress } = context;
    const cloud = this.clouds.get(cloudName);
    const artifact = artifactOf(build);
    const diskGb = Math.max(build.definition.minDiskGb, Math.ceil(artifact.virtualSizeBytes / GIB));
    const needs = { diskGb, memoryMb: build.definition.minMemoryMb, imageBytes: artifact.sizeBytes };
    const [problem] = await cloud.preflight(needs, { signal });
    if (problem) throw new StageFailure(problem.code, 'cloud', problem.message, problem.advice);

    if (context.resumed) await this.discardEarlierRun(context);
    const ownership = { installationId: this.installation.id, buildId: build.id };
    const name = `${build.definition.imageName} candidate, build ${build.id}`;
    const row = await this.ledger.intend({ buildId: build.id, cloud: cloudName, kind: 'image', name });
    const image = await cloud.images.create(
      {
        name,
        diskFormat: build.definition.diskFormat,
        minDiskGb: diskGb,
        minMemoryMb: build.definition.minMemoryMb,
        properties: { ...glanceProperties(build), image_manager_definition: build.definitionDigest },
        tags: ['image-manager'],
        ownership,
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
    const uploaded = await cloud.images.upload(image.id, artifact.path, {
      signal,
      onProgress: (sent, total) => {
        progress(total === 0 ? undefined : sent / total, 'uploading');
      },
    });
    assertSameBytes(artifact, uploaded);
    await say(`Candidate ${image.id} is active, its checksum agrees with the artifact's`);
  }

  /** An upload cannot be continued: what the interrupted one left goes, and a new image is made. */
  private async discardEarlierRun({ build, cloud: cloudName, signal }: StageContext): Promise<void> {
    const cloud = this.clouds.get(cloudName);
    const found = await cloud.images.list({ installationId: this.installation.id }, { signal });
    for (const image of found) {
      if (image.ownership?.buildId !== build.id || !image.hidden) continue;
      await cloud.images.delete(image.id, { signal });
      await this.images.update({ cloud: cloudName, id: image.id }, { state: 'deleted' });
    }
    for (const row of await this.ledger.ofBuild(build.id)) {
      if (row.cloud === cloudName && row.kind === 'image' && row.state !== 'released')
        await this.ledger.release(row);
    }
  }
}

/** @throws StageFailure when the bytes in the cloud are not those of the artifact. */
export function assertSameBytes(artifact: Artifact, image: CloudImage): void {
  if (image.hash?.algorithm === 'sha512' && image.hash.value === artifact.sha512) return;
  throw new StageFailure(
    'CHECKSUM_MISMATCH',
    'cloud',
    `Image ${image.id} has ${image.hash ? `${image.hash.algorithm} ${image.hash.value}` : 'no checksum'}, the artifact has sha512 ${artifact.sha512}`,
    'The bytes were changed on their way or in the store: retry, and have the store checked if it happens again.',
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

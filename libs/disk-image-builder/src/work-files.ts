import { join } from 'node:path';
import type { DistroDefinition } from '@image-manager/contracts';

/** DIB's output, standard output and standard error in one. */
export function spoolPath(workDirectory: string): string {
  return join(workDirectory, 'dib.log');
}

/** Written atomically by the supervisor when DIB has ended. */
export function outcomePath(workDirectory: string): string {
  return join(workDirectory, 'exit-status');
}

/** Links below /dev/mapper that the kpartx stand-in made, one `link target` per line. */
export function mapperLinksPath(workDirectory: string): string {
  return join(workDirectory, 'mapper-links');
}

/** Where DIB makes its temporary directories and mounts. */
export function temporaryPath(workDirectory: string): string {
  return join(workDirectory, 'tmp');
}

/** The keyring of this build, where the operator named one. */
export function keyringPath(workDirectory: string): string {
  return join(workDirectory, 'archive-keyring.gpg');
}

/** A directory whose keys DIB copies into the image for the time of the build. */
export function addedKeysPath(workDirectory: string): string {
  return join(workDirectory, 'apt-keys');
}

const ARTIFACT_STEM = 'image';

/** `-o` for disk-image-create, which adds the type itself. */
export function outputStem(workDirectory: string): string {
  return join(workDirectory, ARTIFACT_STEM);
}

/** The image that a successful run leaves. */
export function artifactPath(
  workDirectory: string,
  definition: Pick<DistroDefinition, 'diskFormat'>,
): string {
  return `${outputStem(workDirectory)}.${definition.diskFormat}`;
}

/** Names an artifact may have in its work directory. */
export const ARTIFACT_NAMES: readonly string[] = [`${ARTIFACT_STEM}.qcow2`, `${ARTIFACT_STEM}.raw`];

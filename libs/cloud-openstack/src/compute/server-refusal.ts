import { CloudError, isCloudError, type CloudFlavor, type CloudImage } from '@image-manager/cloud';

/** Nova's words in `FlavorDiskSmallerThanImage`, `FlavorDiskSmallerThanMinDisk` and `FlavorMemoryTooSmall`. */
const TOO_SMALL = /flavor's (disk|memory) is (?:too small|smaller)/i;

/** What Nova means by a bad request, where it is not our request that is bad. */
export function explainRefusal(
  error: unknown,
  asked: {
    flavor: CloudFlavor;
    imageId: string;
    /** Where a person sets the flavor. */
    flavorSetting: string;
    /** Undefined when it does not exist; `unknown` when Glance could not be asked. */
    image: CloudImage | undefined | 'unknown';
  },
): unknown {
  if (!isCloudError(error, 'INVALID')) return error;
  const { flavor, image, imageId, flavorSetting } = asked;
  const [, what] = TOO_SMALL.exec(error.message.replaceAll('’', "'")) ?? [];
  if (what !== undefined) {
    const has = what === 'disk' ? `a disk of ${flavor.diskGb} GiB` : `${flavor.memoryMb} MiB of memory`;
    const needs = image && image !== 'unknown' ? needsOf(image, flavor, what) : '';
    return new CloudError(
      'FLAVOR_TOO_SMALL',
      'user',
      `Flavor ${flavor.name} has ${has}, too little for image ${imageId}${needs}. ${error.message}`,
      {
        cause: error,
        ...(error.request ? { request: error.request } : {}),
        advice: `Set ${flavorSetting} to a larger flavor, or ${
          what === 'disk'
            ? 'make the image smaller: minDiskGb in the definition, --image-size in its dib.arguments'
            : 'lower minMemoryMb in the definition'
        }.`,
      },
    );
  }
  if (image !== undefined) return error;
  return new CloudError('NOT_FOUND', 'cloud', `There is no image ${imageId}`, { cause: error });
}

/** Where it is not the image's minimum, it is the size to which its disk unfolds, which Nova's words tell. */
function needsOf({ minDiskGb, minMemoryMb }: CloudImage, flavor: CloudFlavor, what: string): string {
  if (what === 'disk') return minDiskGb > flavor.diskGb ? ` (min_disk ${minDiskGb} GiB)` : '';
  return minMemoryMb > flavor.memoryMb ? ` (min_ram ${minMemoryMb} MiB)` : '';
}

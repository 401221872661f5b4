import type { CloudError } from '@image-manager/cloud';
import { isCloudError } from '@image-manager/cloud';
import type { Cause, Fault } from '@image-manager/contracts';

/** A stage failed for a reason that we know and can explain. */
export class StageFailure extends Error {
  override readonly name = 'StageFailure';
  constructor(
    readonly code: string,
    readonly fault: Fault,
    message: string,
    readonly advice: string,
    readonly lines: string[] = [],
  ) {
    super(message);
  }
}

type Place = Pick<Cause, 'stage' | 'cloud'>;

/** What a person reads on the build's row. */
export function causeOf(error: unknown, place: Place): Cause {
  if (error instanceof StageFailure) {
    const { code, fault, message, advice, lines } = error;
    return {
      ...place,
      code,
      fault,
      message,
      advice,
      ...(lines.length > 0 ? { lines: lines.slice(-20) } : {}),
    };
  }
  if (isCloudError(error)) return cloudCause(error, place);
  if (isNoSpace(error)) {
    return {
      ...place,
      code: 'HOST_NO_SPACE',
      fault: 'host',
      message: `The disk is full: ${error.message}`,
      advice: 'Free space on the file system of STORAGE_PATH and retry the build.',
    };
  }
  return {
    ...place,
    code: 'INTERNAL',
    fault: 'us',
    message: error instanceof Error ? error.message : String(error),
    advice: 'This is a defect of Image Manager: report it with the lines of app.log around this time.',
  };
}

function cloudCause(error: CloudError, place: Place): Cause {
  return {
    ...place,
    code: `CLOUD_${error.code}`,
    fault: error.fault,
    message: error.message,
    advice: error.advice ?? 'See the log of this stage, then retry the build.',
  };
}

function isNoSpace(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'SQLITE_FULL')
  );
}

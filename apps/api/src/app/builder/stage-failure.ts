import type { CloudError, CloudProblem } from '@image-manager/cloud';
import { isCloudError } from '@image-manager/cloud';
import type { Cause, Fault } from '@image-manager/contracts';
import { DomainError, hostTroubleOf } from '../errors/index.js';

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
  const trouble = hostTroubleOf(error);
  if (trouble) return { ...place, fault: 'host', ...trouble };
  if (isCloudError(error)) return cloudCause(error, place);
  if (error instanceof DomainError && error.code === 'UNKNOWN_CLOUD' && place.cloud !== undefined)
    return { ...place, ...forgottenCloud(place.cloud) };
  return {
    ...place,
    code: 'INTERNAL',
    fault: 'us',
    message: error instanceof Error ? error.message : String(error),
    advice: 'This is a defect of Image Manager: report it with the lines of app.log around this time.',
  };
}

/** Builds outlive the configuration: a cloud can be gone from it when the next start carries on with one. */
export function forgottenCloud(name: string): CloudProblem & { fault: Fault } {
  return {
    code: 'UNKNOWN_CLOUD',
    fault: 'user',
    message: `Cloud ${name} is not configured any more`,
    advice:
      'Configure it again under this name and start again: what builds left there is removed then, and stays until then.',
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

import { CloudError, type CloudServer } from '@image-manager/cloud';
import { StageFailure } from './stage-failure.js';

/**
 * Why a stage cannot go on with a test server that does not run any more.
 *
 * @param which its id, and where it is.
 * @param server undefined when it is gone.
 * @param before what its agent had not done yet.
 */
export function stoppedServer(
  which: string,
  server: CloudServer | undefined,
  before: string,
  lines: string[] = [],
): CloudError | StageFailure {
  const { faultOf, fault, advice } = server ?? {};
  if (faultOf && fault !== undefined) {
    return new CloudError(faultOf.code, faultOf.fault, fault, advice === undefined ? {} : { advice });
  }
  return new StageFailure(
    'SERVER_STOPPED',
    'image',
    `Test server ${which} went to ${server?.status ?? 'DELETED'}${fault === undefined ? '' : ` (${fault})`} before its agent ${before}`,
    advice ??
      'The console’s last lines tell whether the system shut itself down; if it did not, somebody or its host ended it: retry then.',
    lines,
  );
}

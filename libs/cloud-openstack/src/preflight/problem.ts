import type { CloudError, CloudProblem } from '@image-manager/cloud';

export function toProblem({ code, message, advice }: CloudError): CloudProblem {
  return { code, message, advice: advice ?? 'See the cloud’s own log.' };
}

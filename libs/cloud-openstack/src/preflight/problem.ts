import type { CloudError, CloudProblem } from '@image-manager/cloud';

export function toProblem({ code, message, advice }: CloudError): CloudProblem {
  return { code, message, advice: advice ?? 'Ask the cloud’s operator, with this sentence.' };
}

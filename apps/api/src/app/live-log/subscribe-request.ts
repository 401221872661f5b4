import { z } from 'zod';

const buildId = z.int('must be an integer').min(1, 'must be at least 1');

export const subscribeRequest = z.strictObject({
  buildId,
  fromLine: z.int('must be an integer').min(1, 'must be at least 1'),
});

export const unsubscribeRequest = z.strictObject({ buildId });

/** The first thing that is wrong, naming the field. */
export function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return 'the request is not understood';
  return issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`;
}

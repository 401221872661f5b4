import { CloudError } from '@image-manager/cloud';
import type { z } from 'zod';

/** @throws CloudError PROTOCOL when the text is no JSON, or not of that shape. */
export function parseJson<T>(text: string, schema: z.ZodType<T>, doing: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw protocolError(
      `${doing}: the answer is no complete JSON document (${text.length} characters, the last are ${JSON.stringify(text.slice(-40))})`,
      error,
    );
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw protocolError(
    `${doing}: the answer is not what the API promises, at ${issue?.path.join('.') ?? '?'}: ${issue?.message ?? ''}`,
    result.error,
  );
}

function protocolError(message: string, cause: unknown): CloudError {
  return new CloudError('PROTOCOL', 'cloud', message, {
    cause,
    advice:
      'Something between here and the service cuts or changes answers (a proxy?): try again, then look there.',
  });
}

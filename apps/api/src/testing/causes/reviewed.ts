import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildView } from '@image-manager/contracts';

/** What a person reads when this fails; `docs/causes.md` shows the same rows. */
export interface ReviewedCause {
  failure: string;
  /** What happened, in a few words. */
  title: string;
  /** Of the build, or `images` for what is done to images by hand. */
  stage: string;
  code: string;
  /** Absent where a request is refused. */
  fault?: string;
  message: string;
  /** Absent where the message says it. */
  advice?: string;
}

export function reviewedCauses(): ReviewedCause[] {
  return JSON.parse(
    readFileSync(join(import.meta.dirname, 'reviewed-causes.json'), 'utf8'),
  ) as ReviewedCause[];
}

/** The sentences as the list has them. */
export type Sentences = Omit<ReviewedCause, 'title' | 'failure'>;

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** What differs from run to run is written as `<…>`. */
function plain(text: string, storagePath: string): string {
  return text
    .replaceAll(UUID, '<id>')
    .replaceAll(storagePath, '<STORAGE_PATH>')
    .replaceAll(/\b127\.0\.0\.1:\d{4,}/g, '<address>')
    .replaceAll(/\b(build[- ])\d+\b/g, '$1<n>')
    .replaceAll(/\b\d+ of \d+ bytes/g, '<n> of <n> bytes')
    .replaceAll(/\b\d+ bytes instead of \d+/g, '<n> bytes instead of <n>')
    .replaceAll(/\bit was at: .*/g, 'it was at: <activity>')
    .replaceAll(/\bbegins with [0-9a-f]{16}/g, 'begins with <checksum>')
    .replaceAll(/\S+\/image-manager-agent-\w+\//g, '<path>/');
}

export function sentencesOf({ cause }: BuildView, storagePath: string): Sentences {
  if (!cause) throw new Error('the build has no cause');
  const { stage, code, fault, message, advice } = cause;
  return { stage, code, fault, message: plain(message, storagePath), advice: plain(advice, storagePath) };
}

/** @param problem the answer to a request that was refused. */
export async function sentencesOfProblem(problem: Response, storagePath: string): Promise<Sentences> {
  const { code, detail } = (await problem.json()) as { code: string; detail: string };
  return { stage: 'images', code, message: plain(detail, storagePath) };
}

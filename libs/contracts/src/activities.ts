import { filled } from './filled.js';

/**
 * What a stage can be at, in English, which is what the API says; braces hold what differs. Whoever speaks another language finds
 * the sentence here again, and says it anew.
 */
export const ACTIVITIES = {
  'build.verify': 'Verifying the artifact of build {build}',
  'build.preflight': 'Preflight',
  'build.checksum': 'Computing the checksum',
  'dib.prepare': 'Collecting the elements',
  'dib.bootstrap': 'Bootstrapping the base system',
  'dib.root': 'Preparing the root file system',
  'dib.base': 'Installing the base packages',
  'dib.extraData': 'Copying extra data',
  'dib.preInstall': 'Preparing the installation of packages',
  'dib.packages': 'Installing packages',
  'dib.install': 'Configuring the system',
  'dib.postInstall': 'Finishing the installation',
  'dib.postRoot': 'Finishing the root file system',
  'dib.disk': 'Partitioning and copying to the disk',
  'dib.preFinalise': 'Preparing the disk',
  'dib.bootLoader': 'Installing the boot loader',
  'dib.clean': 'Cleaning the image',
  'dib.convert': 'Compressing the image',
  'upload.send': 'Uploading',
  'boot.server': 'Waiting for the server to become active',
  'boot.agent': 'Waiting for the agent to register',
  'test.report': 'Waiting for the agent’s report',
  'cleanup.directory': 'Removing directory {name}',
  'cleanup.process': 'Removing process {name}',
  'cleanup.image': 'Removing image {name}',
  'cleanup.server': 'Removing server {name}',
  /** Any stage, while the database cannot be written. */
  'any.held': 'Waiting: {reason}',
} as const;
export type ActivityCode = keyof typeof ACTIVITIES;

declare const said: unique symbol;
/** A sentence of ACTIVITIES: no other reaches a stage's row. */
export type Activity = string & { readonly [said]: true };

type Gap<Sentence extends string> = Sentence extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Gap<Rest>
  : never;
type Fillings<Code extends ActivityCode> = [Gap<(typeof ACTIVITIES)[Code]>] extends [never]
  ? []
  : [Record<Gap<(typeof ACTIVITIES)[Code]>, string | number>];

export function activity<Code extends ActivityCode>(code: Code, ...[fillings]: Fillings<Code>): Activity {
  return filled(ACTIVITIES[code], fillings ?? {}) as Activity;
}

const PATTERNS = Object.entries(ACTIVITIES).map(([code, sentence]) => ({
  code: code as ActivityCode,
  // None of the sentences holds a character that means something in a pattern, but for the braces.
  pattern: new RegExp(`^${sentence.replaceAll(/\{(\w+)\}/g, '(?<$1>.+)')}$`, 's'),
}));

/** Which sentence it is, and what stands in its braces; undefined for one of a newer API. */
export function activityOf(
  sentence: string,
): { code: ActivityCode; fillings: Record<string, string> } | undefined {
  for (const { code, pattern } of PATTERNS) {
    const match = pattern.exec(sentence);
    if (match) return { code, fillings: { ...match.groups } };
  }
  return undefined;
}

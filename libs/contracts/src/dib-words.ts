import { withoutControlSequences } from './control-sequences.js';

/** What disk-image-create says of its own course in a line of its output. */
export type DibWord =
  /** A phase begins: DIB's own such as `install.d`; `block-device` and `convert` for what has no hooks. */
  | { kind: 'phase'; phase: string }
  /** A phase reads the environment of its scripts. In the chroot this is the first that is said of it. */
  | { kind: 'environment'; phase: string }
  | { kind: 'script'; phase: string; script: string }
  | { kind: 'completed'; script: string }
  /** What DIB's profile of a phase says at its end, also of a script whose completion was not told. */
  | { kind: 'profile'; script: string; ms: number }
  /** The image is there. */
  | { kind: 'done' };

/** One of these stands in each line that says something; most lines have none, and need no closer look. */
const SIGNS = [
  'dib-run-parts ',
  'Running hooks from ',
  'Calculating image size',
  'Converting image using qemu-img',
  'Image file ',
  'Build completed successfully',
];

const HOOKS = /^Running hooks from \S+\/([a-z-]+\.d)$/;
const ENVIRONMENT = /^dib-run-parts Sourcing environment file \S+\/([a-z-]+\.d)\/\.\.\/environment\.d\//;
const SCRIPT = /^dib-run-parts Running \S+\/([a-z-]+\.d)\/(\S+)$/;
/** After a script that printed no line feed at its end, in the same line. */
const COMPLETED = /dib-run-parts (\S+) completed$/;
const PROFILE = /^dib-run-parts (\S+) +(\d+\.\d{3})$/;
const DONE = /^(?:Image file .* created\.\.\.|Build completed successfully)$/;

/** Whether some of a text's lines may hold a word of DIB's; false only when none does. */
export function mayHoldDibWords(text: string): boolean {
  return SIGNS.some((sign) => text.includes(sign));
}

/** @param printed a line of the output of disk-image-create, with or without its colours. */
export function dibWordOf(printed: string): DibWord | undefined {
  if (!mayHoldDibWords(printed)) return undefined;
  const line = withoutControlSequences(printed);
  const [, scriptPhase, script] = SCRIPT.exec(line) ?? [];
  if (scriptPhase !== undefined && script !== undefined)
    return { kind: 'script', phase: scriptPhase, script };
  const phase = HOOKS.exec(line)?.[1];
  if (phase !== undefined) return { kind: 'phase', phase };
  const prepared = ENVIRONMENT.exec(line)?.[1];
  if (prepared !== undefined) return { kind: 'environment', phase: prepared };
  const completed = COMPLETED.exec(line)?.[1];
  if (completed !== undefined) return { kind: 'completed', script: completed };
  const [, profiled, seconds] = PROFILE.exec(line) ?? [];
  if (profiled !== undefined)
    return { kind: 'profile', script: profiled, ms: Math.round(Number(seconds) * 1000) };
  if (line.startsWith('Calculating image size')) return { kind: 'phase', phase: 'block-device' };
  if (line.startsWith('Converting image using qemu-img')) return { kind: 'phase', phase: 'convert' };
  return DONE.test(line) ? { kind: 'done' } : undefined;
}

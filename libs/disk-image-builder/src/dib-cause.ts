import { withoutControlSequences, type Fault } from '@image-manager/contracts';
import { CAUSE_PATTERNS, describeSpace } from './cause-patterns.js';
import type { DibOutcome } from './outcome.js';
import { NO_SPACE_BYTES, type BuildSpace } from './space-watch.js';

/** Why a run of DIB failed. */
export interface DibCause {
  /** Stable, SCREAMING_SNAKE_CASE. */
  code: string;
  fault: Fault;
  message: string;
  advice: string;
  /** The lines that matter, without their colours, at most {@link MAX_CAUSE_LINES}. */
  lines: string[];
}

/** What is known of a failed run beside its output. */
export interface DibEnd {
  /** Undefined: it was ended together with its supervisor, which could not write down how. */
  outcome: DibOutcome | undefined;
  /** The file system that was fullest. */
  space?: BuildSpace | undefined;
}

const MAX_CAUSE_LINES = 20;
const LINES_BEFORE = 6;
const LINES_AFTER = 3;

/** DIB's own clean-up after a failure, and what Python says about it, explain nothing. */
const CLEAN_UP =
  /^(Unmount |Traceback |  File "|    |.*blockdevice.* State already cleaned|FileNotFoundError: .*params\.yaml|Killing chroot process)/;
/** The block device layer takes down after a failure what it has built up. */
const TAKING_DOWN = /^INFO diskimage_builder\.block_device/;
const NOISE = /^dib-run-parts (Sourcing|-+ |Target:|Script )|^\+ /;

const SCRIPT = /^dib-run-parts Running (\S*?)\/([a-z-]+\.d)\/(\S+)$/;
/** Where DIB binds the elements' scripts into the new system. */
const IN_THE_CHROOT = '/tmp/in_target.d';
const COMPLETED = /^dib-run-parts (\S+) completed$/;
/** DIB's time stamp and the mark that package-installs puts before the lines of apt. */
const PREFIX = /^(?:\d{4}-\d\d-\d\d [\d:.]+ \| ?)?(?:> )?/;

/**
 * The cause of a failed run: that somebody ended it, else in DIB's output the first line that names a known failure,
 * else the element script that was not completed. DIB's closing traceback, which is about its own clean-up, is passed over.
 */
export function findDibCause(output: readonly string[], { outcome, space }: DibEnd): DibCause {
  const lines = output.map((line) => withoutControlSequences(line).replace(PREFIX, ''));
  const script = openScript(lines);
  const lastWords = lines.slice(script.from).filter((line) => isTelling(line) && !TAKING_DOWN.test(line));
  if (outcome?.exitCode == null) return killed(outcome?.signal, script, lastWords);
  for (const { pattern, describe } of CAUSE_PATTERNS) {
    // Within a class of failures the first one is the cause of the others.
    const index = lines.findIndex((line, at) => at >= script.from && pattern.test(line));
    const match = index < 0 ? null : pattern.exec(lines[index] ?? '');
    if (match) {
      const cause = describe(match, lines.slice(0, index), space);
      const message = script.name ? `${cause.message} (in ${script.name})` : cause.message;
      return { ...cause, message, lines: around(lines, index) };
    }
  }
  // On a full disk its last words found no room either.
  if (space && space.kind !== 'image' && space.freeBytes < NO_SPACE_BYTES) {
    const cause = describeSpace(space);
    const message = script.name ? `${cause.message} (in ${script.name})` : cause.message;
    return { ...cause, message, lines: lastWords.slice(-MAX_CAUSE_LINES) };
  }
  if (script.name) {
    return {
      code: 'ELEMENT_SCRIPT_FAILED',
      fault: 'definition',
      message: `The element script ${script.name} failed: ${lastWords.at(-1) ?? 'it printed nothing'}`,
      advice:
        'Read what it printed last and mend the element or the definition; DIB_DEBUG_TRACE=1 shows each command.',
      lines: lastWords.slice(-MAX_CAUSE_LINES),
    };
  }
  const words = lastWords.at(-1);
  return {
    code: 'DIB_FAILED',
    fault: words === undefined ? 'host' : 'us',
    message:
      words === undefined
        ? `disk-image-create ended with status ${outcome.exitCode} and printed nothing that tells why`
        : `disk-image-create failed outside of any element script: ${words}`,
    advice:
      'Retry with DIB_DEBUG_TRACE=1 under `dib.environment` in the definition: then each command stands in the log before it fails.',
    lines: lastWords.slice(-MAX_CAUSE_LINES),
  };
}

/** How compilers, make, apt, shells and others begin or end the line that says what went wrong. */
const ERROR_LINE =
  /(?:^|[\s:[(])(?:fatal|error|failed|failure|panic)(?: error)?(?:\[\w+\])?:\s|^E: |\*\*\* |: (?:command )?not found$|: (?:No such file or directory|Permission denied)$/i;
/** Whose lines are all that an unfinished script, or DIB itself, said last. */
const OF_LAST_WORDS = new Set(['ELEMENT_SCRIPT_FAILED', 'DIB_FAILED']);

/**
 * Which of a cause's lines tells the failure itself, by its code. Of an element's script it is the first error, of which
 * make's closing words are a consequence; -1 when none does.
 */
export function findTellingLine(code: string, lines: readonly string[]): number {
  if (OF_LAST_WORDS.has(code)) return lines.findIndex((line) => ERROR_LINE.test(line));
  // The words are the same, whichever file system was full.
  const told = code === 'IMAGE_NO_SPACE' ? 'HOST_NO_SPACE' : code;
  return lines.findIndex((line, index) =>
    CAUSE_PATTERNS.some(({ pattern, describe }) => {
      const match = pattern.exec(line);
      return match !== null && describe(match, lines.slice(0, index)).code === told;
    }),
  );
}

/** No failure of the build's own: its words are the last before it was ended, and explain nothing. */
function killed(signal: string | null | undefined, script: RunningScript, lastWords: string[]): DibCause {
  const by = signal ? ` by ${signal}` : ' with everything that it had started';
  const place = script.name
    ? `while ${script.name} ran ${script.inTheChroot ? 'in the chroot' : 'on the build host'}`
    : 'between two element scripts';
  return {
    code: 'BUILD_KILLED',
    fault: 'host',
    message: `disk-image-create was killed${by} ${place}`,
    advice:
      "Look for the kernel's out-of-memory messages (dmesg) and for people or programs that stopped it, then retry the build.",
    lines: lastWords.slice(-MAX_CAUSE_LINES),
  };
}

interface RunningScript {
  name?: string;
  inTheChroot?: boolean;
  /** The line where it began. */
  from: number;
}

/** The script that was running at the end; from 0 when none was. */
function openScript(lines: readonly string[]): RunningScript {
  let open: (RunningScript & { file: string }) | undefined;
  lines.forEach((line, from) => {
    const started = SCRIPT.exec(line);
    if (started) {
      const [, folder = '', phase = '', file = ''] = started;
      open = { name: `${phase}/${file}`, inTheChroot: folder === IN_THE_CHROOT, file, from };
    } else if (open && COMPLETED.exec(line)?.[1] === open.file) open = undefined;
  });
  return open ?? { from: lastCompleted(lines) };
}

/** What was said before the last completed script did not end the build. */
function lastCompleted(lines: readonly string[]): number {
  return lines.findLastIndex((line) => COMPLETED.test(line)) + 1;
}

function isTelling(line: string): boolean {
  return line.trim() !== '' && !CLEAN_UP.test(line) && !NOISE.test(line);
}

function around(lines: readonly string[], index: number): string[] {
  return lines
    .slice(Math.max(0, index - LINES_BEFORE), index + LINES_AFTER + 1)
    .filter(isTelling)
    .slice(0, MAX_CAUSE_LINES);
}

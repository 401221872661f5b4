import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { ROOT } from '../../bootstrap/workspace.mjs';

const FIXTURES = join(ROOT, 'libs/disk-image-builder/fixtures');
/** As many lines as the log store puts into a chunk at most. */
const CHUNK_LINES = 2000;
const ESC = '\u001b';

const read = (name) => readFileSync(join(FIXTURES, name), 'utf8').trimEnd().split('\n');

/**
 * The log of a build: what disk-image-create says, then each cloud's stages.
 *
 * @param {any} build
 * @param {{ longLines: number }} options how many lines the long one has
 */
export function logOf(build, { longLines }) {
  const hostStage = build.stages[0];
  const host = build.isLong ? longLog(longLines, build.failure.cause) : shortLog(build);
  const lines = profiled(spread(host, hostStage, 'build', ''));
  for (const { stage, cloud, status, startedAt, finishedAt, cause } of build.stages.slice(1)) {
    if (status === 'skipped') continue;
    const words = stageLog({ stage, cloud, cause }, build);
    lines.push(...spread(words, { startedAt, finishedAt }, stage, cloud));
  }
  lines.sort((a, b) => a.at - b.at);
  return lines.map((line, index) => ({ n: index + 1, ...line }));
}

export async function writeLog(database, buildId, lines) {
  const chunks = [];
  for (let at = 0; at < lines.length; at += CHUNK_LINES) {
    const part = lines.slice(at, at + CHUNK_LINES);
    const origins = [...new Set(part.map(({ stage, cloud }) => `${stage}/${cloud}`))].join('|');
    chunks.push({
      buildId,
      firstLine: part[0].n,
      lastLine: part.at(-1).n,
      origins: `|${origins}|`,
      data: zstdCompressSync(JSON.stringify(part)),
      marks: null,
    });
  }
  await database.insert('LogChunkEntity', chunks);
}

function spread(texts, { startedAt, finishedAt }, stage, cloud) {
  return texts.map(([stream, text], index) => ({
    at: Math.round(startedAt + ((finishedAt - startedAt) * (index + 1)) / (texts.length + 1)),
    stage,
    cloud,
    stream,
    text,
  }));
}

/** DIB's profile of its scripts says what the made-up times say. */
function profiled(lines) {
  const begun = new Map();
  const took = new Map();
  return lines.map((line) => {
    const [, running] = /^dib-run-parts Running \S+\/(\S+)$/.exec(line.text) ?? [];
    if (running) begun.set(running, line.at);
    const [, completed] = /dib-run-parts (\S+) completed$/.exec(line.text) ?? [];
    if (completed) took.set(completed, line.at - begun.get(completed));
    const [, script] = /^dib-run-parts (\S+) +\d+\.\d{3}$/.exec(line.text) ?? [];
    if (!script || !took.has(script)) return line;
    const seconds = (took.get(script) / 1000).toFixed(3);
    return { ...line, text: `dib-run-parts ${script.padEnd(39)}  ${seconds.padStart(10)}` };
  });
}

function shortLog(build) {
  const begin = [['manager', `Building ${build.definition.displayName} from scratch with disk-image-create`]];
  const outline = read('success-outline.log').map((text) => ['stdout', text]);
  if (build.failure?.stage === 'build' || build.stages[0].status === 'cancelled') {
    const failed = build.failure?.cause.lines?.map((text) => ['stdout', text]) ?? [];
    return [...begin, ...outline.slice(0, 60), ...failed, ['manager', 'disk-image-create ended']];
  }
  return [...begin, ...outline, ['manager', `Artifact of ${build.sizeBytes} bytes, sha512 ${build.sha512}`]];
}

/** DIB's real output up to a compiler that goes on and on, in colours, breaks off two thirds of the way, and is cleaned up after. */
function longLog(count, { lines: [begin, error, ...consequences] }) {
  const real = read('script-failed.log').map((text) => ['stdout', text]);
  const cut = real.findIndex(([, text]) => text.endsWith('install.d/80-modprobe-blacklist'));
  const end = real.slice(-11);
  const middle = Math.max(0, count - cut - end.length - consequences.length - 3);
  const failure = Math.floor(middle * 0.6);
  const lines = [['manager', 'Building from scratch with disk-image-create'], ...real.slice(0, cut)];
  for (let index = 0; index < middle; index += 1) {
    lines.push(['stdout', compilerLine(index, middle, index > failure)]);
    if (index === 0) lines.push(['stdout', begin]);
    // What make says of it comes at once; other jobs and disk-image-create's cleanup go on for long.
    if (index === failure) lines.push(...[inColours(error), ...consequences].map((text) => ['stdout', text]));
  }
  return [...lines, ...end];
}

/** As GCC does it. */
function inColours(error) {
  const [place, words] = error.split('error: ');
  return `${ESC}[1m${place}${ESC}[31merror: ${ESC}[0m${ESC}[1m${words}${ESC}[0m`;
}

function compilerLine(index, of, isOver) {
  if (isOver) return `make[1]: Waiting for unfinished job ${index} of ${of}`;
  const share = `${ESC}[32m[${String(Math.floor((index * 100) / of)).padStart(3)}%]${ESC}[0m`;
  if (index % 97 === 41) {
    return `${ESC}[1msrc/module-${index}.cc:${(index % 400) + 1}:9: ${ESC}[35mwarning: ${ESC}[0munused variable ‘retries’ [${ESC}[35m-Wunused-variable${ESC}[0m]`;
  }
  if (index % 211 === 0)
    return `${share} ${ESC}[1;32mLinking CXX static library libmodule-${index}.a${ESC}[0m`;
  if (index % 389 === 7) return `\t${'-I/usr/include/very/long/path '.repeat(12)}-o build/module-${index}.o`;
  return `${share} Building CXX object src/CMakeFiles/collector.dir/module-${index}.cc.o`;
}

function stageLog({ stage, cloud, cause }, build) {
  const { definition, id, sizeBytes, sha512 } = build;
  const end = cause ? [['manager', `${stage} failed: ${cause.message}`]] : [];
  const console = (cause?.lines ?? []).map((text) => ['console', text]);
  switch (stage) {
    case 'upload':
      return [
        ['manager', `Uploading ${sizeBytes} bytes to ${cloud} as ${definition.imageName} candidate ${id}`],
        ...(cause ? [] : [['manager', `The image is active; sha512 ${sha512} agrees with the artifact’s`]]),
        ...end,
      ];
    case 'boot':
      return [
        ['manager', `Starting a test server in ${cloud}`],
        ...BOOT.map((text) => ['console', text]),
        ...console,
        ...end,
      ];
    case 'test':
      return [
        ...build.checks
          .filter((check) => check.cloud === cloud)
          .map(({ status, name, figure, unit, reason }) => [
            'agent',
            `${status.padEnd(4)} ${name}${figure ? ` ${figure}${unit ? ` ${unit}` : ''}` : ''}: ${reason}`,
          ]),
        ...end,
      ];
    case 'promote':
      return [['manager', `${definition.imageName} in ${cloud} is the image of build ${id} now`], ...end];
    default:
      return [['manager', cloud === '' ? 'The work directory is removed' : 'The test server is deleted']];
  }
}

const BOOT = [
  '[    0.000000] Linux version 6.1.0-41-amd64 (debian-kernel@lists.debian.org)',
  '[    0.000000] Command line: BOOT_IMAGE=/boot/vmlinuz-6.1.0-41-amd64 root=LABEL=cloudimg-rootfs ro console=ttyS0',
  '[    1.204417] virtio_blk virtio1: [vda] 10485760 512-byte logical blocks (5.37 GB/5.00 GiB)',
  `[${ESC}[0;32m  OK  ${ESC}[0m] Reached target ${ESC}[0;1;39mlocal-fs.target${ESC}[0m - Local File Systems.`,
  '[   11.720311] cloud-init[412]: Cloud-init v. 22.4.2 running ’init’ at boot time.',
  `[${ESC}[0;32m  OK  ${ESC}[0m] Started ${ESC}[0;1;39mssh.service${ESC}[0m - OpenBSD Secure Shell server.`,
];

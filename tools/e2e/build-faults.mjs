import assert from 'node:assert/strict';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { defineDerived, TREE } from './derived-image.mjs';
import { describeCause, expectFailure } from './failed-builds.mjs';
import { waitUntil } from './scenarios.mjs';

const IN_THE_CHROOT = 'Waiting for a licence server';
const CHROOT_MS = 15 * 60_000;

export const killedBuild = {
  name: 'disk-image-create and all its children are killed in the chroot',
  needs: [TREE],
  run: (context) => killInChroot(context, 'killed-build', (directory) => processesOf(directory)),
};

export const killedChroot = {
  name: 'what runs in the chroot is killed',
  needs: [TREE],
  run: (context) =>
    killInChroot(context, 'killed-chroot', (directory) =>
      processesOf(directory).filter(({ root }) => root.startsWith(directory)),
    ),
};

export const brokenElement = {
  name: 'an element’s script fails in the chroot, and the cause names it and shows its error',
  needs: [TREE],
  async run(context) {
    defineDerived(context, 'broken-element', { elements: ['broken-install'] });
    const build = await expectFailure(context, 'broken-element');
    const { code, stage, message, lines } = build.cause;
    assert.equal(stage, 'build');
    assert.equal(code, 'ELEMENT_SCRIPT_FAILED');
    assert.match(message, /install\.d\/40-register-licence/);
    assert.match(message, /licence\.example: certificate has expired/);
    assert.doesNotMatch(lines.join('\n'), /Traceback|params\.yaml/);
    return describeCause(build);
  },
};

export const fullTmpfs = {
  name: 'the file system in memory that the build works in fills up',
  needs: [TREE],
  async run(context) {
    defineDerived(context, 'full-tmpfs', {
      elements: ['small-tmpfs'],
      environment: { DIB_SMALL_TMPFS_SIZE: '400m' },
    });
    const build = await expectFailure(context, 'full-tmpfs');
    const { code, stage, message, advice } = build.cause;
    assert.equal(stage, 'build');
    assert.equal(code, 'HOST_NO_SPACE');
    assert.match(message, /400 MiB/);
    assert.match(message, /dib_build/);
    assert.match(advice, /--no-tmpfs/);
    return describeCause(build);
  },
};

async function killInChroot(context, distroId, victims) {
  const { sandbox } = context;
  defineDerived(context, distroId, { elements: ['stuck-install'] });
  const build = await expectFailure(context, distroId, {
    async during(id) {
      await waitUntil('the chroot', () => saidInLog(sandbox, id, IN_THE_CHROOT), {
        timeoutMs: CHROOT_MS,
        intervalMs: 1000,
      });
      const killed = victims(join(sandbox.storagePath, 'work', `build-${id}`));
      assert.ok(killed.length > 0, 'there is something to kill');
      for (const { pid } of killed) process.kill(pid, 'SIGKILL');
    },
  });
  const { code, fault, stage, message } = build.cause;
  assert.equal(stage, 'build');
  assert.equal(code, 'BUILD_KILLED');
  assert.equal(fault, 'host');
  assert.match(message, /install\.d\/40-stuck/);
  return describeCause(build);
}

async function saidInLog(sandbox, id, text) {
  const { logLines } = await sandbox.api.build(id);
  const { lines } = await sandbox.api.log(id, Math.max(1, logLines - 20));
  return lines.some((line) => line.text.includes(text));
}

/** The processes of a build: every one is marked with the work directory, whatever group it is in. */
function processesOf(directory) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const marked = readFileSync(`/proc/${pid}/environ`, 'utf8').includes(directory);
        return marked ? [{ pid: Number(pid), root: readlinkSync(`/proc/${pid}/root`) }] : [];
      } catch {
        return []; // It has ended meanwhile.
      }
    });
}

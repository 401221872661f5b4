import assert from 'node:assert/strict';
import { defineDerived, TREE } from './derived-image.mjs';
import { describeCause, expectFailures } from './failed-builds.mjs';

const SPOILT_IMAGES = 'three images that are not to become current are built and booted, two at a time';

/** Seconds. A machine without a boot loader says so within two of them. */
const NO_BOOT_DEADLINE = 30;
/** Seconds, also where KVM makes boots quick. */
const LEAST_SILENCE = 60;
/** Against the first boot, which had the machine for itself. */
const PATIENCE = 2.5;

/** What is wrong with each shows only once it is booted, and most of that time is spent waiting. */
export const spoiltImages = {
  name: SPOILT_IMAGES,
  needs: [TREE],
  async run(context) {
    const { durationMs } = context.first.stages.find(({ stage }) => stage === 'boot');
    const silence = Math.max(LEAST_SILENCE, Math.ceil((PATIENCE * durationMs) / 1000));
    // The one that takes longest comes first.
    defineDerived(context, 'silent-agent', { elements: ['silent-agent'], deadlines: { boot: silence } });
    defineDerived(context, 'no-boot-loader', { vm: false, deadlines: { boot: NO_BOOT_DEADLINE } });
    defineDerived(context, 'fixed-root', { elements: ['fixed-root'] });
    const [silentAgent, noBootLoader, fixedRoot] = await expectFailures(context, [
      'silent-agent',
      'no-boot-loader',
      'fixed-root',
    ]);
    context.spoilt = { silentAgent, noBootLoader, fixedRoot };
  },
};

export const noBootLoader = {
  name: 'an image without a boot loader fails at the boot’s deadline, with the console’s last lines',
  needs: [SPOILT_IMAGES],
  async run({ spoilt }) {
    const build = spoilt.noBootLoader;
    const { code, fault, stage, message, lines } = build.cause;
    assert.equal(stage, 'boot');
    assert.equal(code, 'NO_BOOT_LOADER');
    assert.equal(fault, 'image');
    assert.match(message, /Booting from Hard Disk|No bootable device/);
    assert.match(lines.join('\n'), /SeaBIOS/);
    return describeCause(build);
  },
};

export const silentAgent = {
  name: 'an image whose agent does not start fails at the boot’s deadline, and the cause says that it booted',
  needs: [SPOILT_IMAGES],
  async run({ spoilt }) {
    const build = spoilt.silentAgent;
    const { code, fault, stage, message, lines } = build.cause;
    assert.equal(stage, 'boot');
    assert.equal(code, 'AGENT_SILENT');
    assert.equal(fault, 'image');
    assert.match(message, /The server booted, but its agent did not register/);
    assert.match(lines.join('\n'), /ttyS0|login:/);
    return describeCause(build);
  },
};

export const fixedRoot = {
  name: 'an image whose root does not grow fails its check, and the cause has the figures',
  needs: [SPOILT_IMAGES],
  async run({ spoilt }) {
    const build = spoilt.fixedRoot;
    const { code, fault, stage, message } = build.cause;
    assert.equal(stage, 'test');
    assert.equal(code, 'CHECK_FAILED');
    assert.equal(fault, 'image');
    assert.match(message, /disk\.root-grown: the root file system has 1\.\d of the disk's 5\.0 GiB/);
    return describeCause(build);
  },
};

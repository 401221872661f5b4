import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { findBytes } from './expectations.mjs';
import { FIRST_RUN, SERVER_STARTS } from './life-cycle.mjs';

const run = promisify(execFile);

export const TREE = 'the first image’s tree is taken out of its artifact, for builds that start from it';

/** Seconds. On a busy machine a boot takes several times its usual minute, which is no fault of these images. */
const PATIENT = { boot: 1200, test: 1200 };

/**
 * Packages are two thirds of a build's time. The builds that follow are for faults that packages have no part in: real
 * runs of disk-image-create as well, which start from this tree instead of an empty one.
 */
export const takeTree = {
  name: TREE,
  needs: [FIRST_RUN, SERVER_STARTS],
  async run(context) {
    const { sandbox, first } = context;
    const disk = join(sandbox.folder, 'disk.raw');
    const root = join(sandbox.folder, 'root');
    const tree = join(sandbox.folder, 'tree.tar');
    mkdirSync(root);
    await run('qemu-img', [
      'convert',
      '-O',
      'raw',
      findBytes(sandbox.storagePath, first.artifact.fileName),
      disk,
    ]);
    const { stdout } = await run('partx', ['--show', '--noheadings', '--output', 'START', '--nr', '1', disk]);
    await run('mount', ['-o', `loop,ro,noload,offset=${Number(stdout) * 512}`, disk, root]);
    try {
      await run('tar', ['-C', root, '--numeric-owner', '--xattrs', '--xattrs-include=*', '-cf', tree, '.']);
    } finally {
      await run('umount', [root]);
      rmSync(disk);
    }
    context.tree = tree;
  },
};

/**
 * Writes a definition of an image that is built from the first image's tree.
 *
 * @param {{ sandbox: any, tree: string }} context
 * @param {string} id its images are named after it
 * @param {{ elements?: string[], environment?: Record<string, string>, vm?: boolean, deadlines?: Record<string, number> }} [options]
 *   elements beside the product's own; without `vm` there is no boot loader; deadlines in seconds
 */
export function defineDerived(
  { sandbox, tree },
  id,
  { elements = [], environment = {}, vm = true, deadlines = {} } = {},
) {
  assert.ok(tree, 'the tree was taken');
  const original = parse(readFileSync(join(sandbox.distrosPath, 'debian-12.yaml'), 'utf8'));
  const definition = {
    ...original,
    id,
    displayName: id,
    imageName: id,
    elements: [
      'earlier-image',
      ...(vm ? ['vm'] : ['block-device-mbr']),
      'cloud-init-custom',
      'agent-install',
      ...elements,
    ],
    dib: {
      ...original.dib,
      environment: { ...original.dib.environment, DIB_EARLIER_IMAGE: tree, ...environment },
    },
    deadlines: { ...original.deadlines, ...PATIENT, ...deadlines },
  };
  writeFileSync(join(sandbox.distrosPath, `${id}.yaml`), stringify(definition));
}

import { spawn } from 'node:child_process';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { PINNED_NODE, ROOT, workspaceEnvironment } from '../../bootstrap/workspace.mjs';
import { CLOUD_FILES, readCloudEnvironment } from '../../openstack/all-in-one.mjs';

export const contract = {
  name: 'the adapter keeps the contract of a cloud',
  async run({ sandbox }) {
    const image = join(sandbox.folder, 'contract.qcow2');
    await run(join(ROOT, 'tools/openstack/mkimage'), [image], {});
    const output = await run(
      PINNED_NODE,
      [
        '--experimental-vm-modules',
        '--no-warnings=ExperimentalWarning',
        'node_modules/jest/bin/jest.js',
        '-c',
        'libs/cloud-openstack/jest.config.mjs',
        '--testMatch',
        '**/*.contract.ts',
      ],
      { ...readCloudEnvironment(CLOUD_FILES.openrc), CONTRACT_IMAGE: image },
    );
    return /Tests:.*$/m.exec(output)?.[0].replace(/^Tests:\s*/, '');
  },
};

async function run(program, args, environment) {
  const child = spawn(program, args, { cwd: ROOT, env: workspaceEnvironment(environment) });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  const status = await new Promise((settle, fail) => {
    child.once('error', fail);
    child.once('close', settle);
  });
  assert.equal(status, 0, output.slice(-6000));
  return output;
}

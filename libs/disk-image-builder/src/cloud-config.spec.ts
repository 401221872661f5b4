import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { dibEnvironment } from './dib-environment.js';
import { exampleDefinition, exampleHost, exampleSpec } from './testing/definition.js';
import type { DistroDefinition } from '@image-manager/contracts';

const SCRIPT = join(
  import.meta.dirname,
  '../../../elements/cloud-init-custom/image-manager-cloud-init/cloud-config.py',
);

interface CloudConfig {
  system_info: { default_user?: { name: string; sudo: unknown; lock_passwd: boolean } };
  users?: unknown[];
  apt: { preserve_sources_list: boolean };
  disable_root: boolean;
  ssh_pwauth: boolean;
  ssh_authorized_keys?: string[];
}

/** What the element writes for a definition, by way of the environment that the build gets. */
function cloudConfig(change: Partial<DistroDefinition>, sshInjectKey?: string): CloudConfig {
  const settings = sshInjectKey === undefined ? {} : { sshInjectKey };
  const spec = exampleSpec({ definition: exampleDefinition(change), settings });
  const result = spawnSync('python3', [SCRIPT], {
    env: dibEnvironment(spec, exampleHost()),
    encoding: 'utf8',
  });
  return JSON.parse(result.stdout) as CloudConfig;
}

describe("cloud-init's configuration", () => {
  it('makes the first user the default user and the others beside it, all without a password', () => {
    const users = [
      { name: 'debian', sudo: true, groups: ['adm'] },
      { name: 'audit', sudo: false, groups: [] },
    ];
    const config = cloudConfig({ users });
    expect(config.system_info.default_user).toMatchObject({
      name: 'debian',
      sudo: ['ALL=(ALL) NOPASSWD:ALL'],
      lock_passwd: true,
    });
    expect(config.users).toEqual([
      'default',
      { name: 'audit', gecos: 'audit', shell: '/bin/bash', lock_passwd: true, groups: [] },
    ]);
  });

  it('takes sudo from a default user that shall not have it', () => {
    const config = cloudConfig({ users: [{ name: 'guest', sudo: false, groups: [] }] });
    expect(config.system_info.default_user?.sudo).toBe(false);
  });

  it("writes package sources on first boot, because the build's own are removed", () => {
    expect(cloudConfig({}).apt.preserve_sources_list).toBe(false);
  });

  it('follows the SSH policy', () => {
    expect(cloudConfig({})).toMatchObject({ disable_root: true, ssh_pwauth: false });
    const ssh = { passwordLogin: true, rootLogin: true };
    expect(cloudConfig({ ssh })).toMatchObject({ disable_root: false, ssh_pwauth: true });
  });

  it('gives the injected key to the default user, and no key where there is none', () => {
    expect(cloudConfig({}, ' ssh-ed25519 AAAA operator\n').ssh_authorized_keys).toEqual([
      'ssh-ed25519 AAAA operator',
    ]);
    expect(cloudConfig({})).not.toHaveProperty('ssh_authorized_keys');
  });
});

import type { DistroDefinition } from '@image-manager/contracts';
import type { DibRunSpec } from '../dib-run.js';
import type { HostFacts } from '../host-facts.js';

export function exampleDefinition(change: Partial<DistroDefinition> = {}): DistroDefinition {
  return {
    id: 'debian-12',
    displayName: 'Debian 12',
    imageName: 'Debian 12',
    family: 'debian',
    release: 'bookworm',
    version: '12',
    architecture: 'amd64',
    elements: ['debian-minimal', 'vm', 'cloud-init-custom', 'agent-install'],
    packages: ['vim-tiny'],
    dib: { environment: { DIB_GRUB_TIMEOUT: '0' }, arguments: ['-n'] },
    diskFormat: 'qcow2',
    properties: {},
    visibility: 'private',
    protected: false,
    tags: [],
    members: [],
    minDiskGb: 3,
    minMemoryMb: 512,
    signedArchive: true,
    users: [{ name: 'debian', sudo: true, groups: ['adm'] }],
    ssh: { passwordLogin: false, rootLogin: false },
    clouds: [],
    endOfLife: [{ phase: 'supported', until: '2026-07-11' }],
    requiredChecks: ['system.os-release'],
    managerUnreachable: 'fail',
    keepFailedServerMinutes: 0,
    deadlines: { build: 3600, upload: 900, boot: 600, test: 900, promote: 120, cleanup: 300 },
    retention: { keep: 2, maxAgeDays: 90 },
    ...change,
  };
}

export function exampleSpec(change: Partial<DibRunSpec> = {}): DibRunSpec {
  return {
    definition: exampleDefinition(),
    buildId: 7,
    extraPackages: [],
    extraArguments: [],
    workDirectory: '/var/lib/image-manager/builds/7',
    elementsDirectory: '/opt/image-manager/elements',
    agentBinary: '/opt/image-manager/agent',
    settings: {},
    nodePath: process.execPath,
    ...change,
  };
}

export function exampleHost(change: Partial<HostFacts> = {}): HostFacts {
  return {
    dib: { program: '/usr/bin/disk-image-create', version: '3.13.0' },
    root: true,
    deviceMapper: true,
    memoryAvailableBytes: 16 * 1024 ** 3,
    memoryTotalBytes: 24 * 1024 ** 3,
    ...change,
  };
}

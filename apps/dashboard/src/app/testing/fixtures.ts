import type {
  BuildSummary,
  BuildView,
  CloudView,
  DistroView,
  ImageView,
  LeakView,
  Problem,
  RetentionItem,
} from '@image-manager/contracts';

/** Answers of the API as the tests want them. */

export const image: ImageView = {
  id: '5b0f9d2e-7c1a-4f63-9a44-0c2f5a7be101',
  cloud: 'local',
  name: 'debian-12',
  state: 'current',
  ours: true,
  distroId: 'debian-12',
  buildId: 41,
  status: 'active',
  hidden: false,
  protected: false,
  visibility: 'private',
  diskFormat: 'qcow2',
  sizeBytes: 354_123_776,
  checksum: { algorithm: 'sha512', value: 'c0ffee12ab34cd56' },
  minDiskGb: 3,
  minMemoryMb: 512,
  properties: { os_distro: 'debian' },
  createdAt: '2026-11-20T10:00:00Z',
};

export const foreignImage: ImageView = {
  id: 'f0e1',
  cloud: 'local',
  name: 'cirros',
  ours: false,
  status: 'active',
  hidden: false,
  protected: false,
  visibility: 'public',
  diskFormat: 'qcow2',
  minDiskGb: 0,
  minMemoryMb: 0,
  properties: {},
  createdAt: '2026-01-10T10:00:00Z',
};

export const retiredImage: ImageView = {
  ...image,
  id: '0d9c4f7e-2b11-4c4e-8a0f-6f3de0a7c202',
  name: 'debian-12-38',
  state: 'retired',
  buildId: 38,
  hidden: true,
  createdAt: '2026-10-20T10:00:00Z',
};

export const rejectedImage: ImageView = {
  ...retiredImage,
  id: '9a7e5c10-0f6b-4be4-9f0e-1d2c3b4a5303',
  name: 'debian-12-37',
  state: 'rejected',
  buildId: 37,
  createdAt: '2026-10-10T10:00:00Z',
};

export const retention: RetentionItem[] = [
  { image, verdict: 'keep', code: 'CURRENT', reason: 'Users boot it.' },
  { image: retiredImage, verdict: 'delete', code: 'EXPIRED', reason: 'Retired for 120 days; 90 are kept.' },
  { image: rejectedImage, verdict: 'delete', code: 'REJECTED', reason: 'Rolled back from.' },
];

export const leaks: LeakView[] = [
  {
    kind: 'server',
    id: 'leak-1',
    name: 'im-33-test',
    status: 'ACTIVE',
    buildId: 33,
    createdAt: '2026-11-20T10:00:00Z',
    ageMs: 7_800_000,
    known: true,
    removeAt: '2126-11-22T18:00:00Z',
    code: 'BUILD_OVER',
    reason: 'Build 33 is over and left it',
  },
  {
    kind: 'image',
    id: 'leak-2',
    name: 'candidate-34',
    status: 'queued',
    buildId: 34,
    createdAt: '2026-11-20T11:00:00Z',
    ageMs: 4_200_000,
    known: true,
    removeAt: '2126-11-22T18:00:00Z',
    code: 'REMOVAL_FAILED',
    reason: 'Build 34 is over and left it; the last try to remove it failed: Glance answered 500.',
    problem: 'Glance answered 500.',
  },
  {
    kind: 'server',
    id: 'leak-3',
    name: 'im-2-test',
    status: 'SHUTOFF',
    createdAt: '2026-10-20T10:00:00Z',
    ageMs: 273_600_000,
    known: false,
    code: 'NOT_IN_LEDGER',
    reason: 'Build 2 is over, and the ledger has no word of it: it is only reported',
  },
];

export const summary: BuildSummary = {
  id: 41,
  distroId: 'debian-12',
  status: 'running',
  createdAt: '2026-11-22T10:00:00Z',
  startedAt: '2026-11-22T10:00:02Z',
  stage: 'build',
  progress: 0.4,
  clouds: ['local'],
};

export const distro: DistroView = {
  id: 'debian-12',
  file: 'debian-12.yaml',
  definition: {
    id: 'debian-12',
    displayName: 'Debian 12',
    imageName: 'debian-12',
    family: 'debian',
    release: 'bookworm',
    version: '12',
    architecture: 'amd64',
    elements: ['vm'],
    packages: [],
    dib: { environment: {}, arguments: [] },
    diskFormat: 'qcow2',
    properties: {},
    visibility: 'private',
    protected: false,
    tags: [],
    members: [],
    minDiskGb: 3,
    minMemoryMb: 512,
    signedArchive: true,
    users: [],
    ssh: { passwordLogin: false, rootLogin: false },
    clouds: [],
    endOfLife: [{ phase: 'lts', until: '2028-06-30' }],
    requiredChecks: [],
    managerUnreachable: 'fail',
    keepFailedServerMinutes: 0,
    deadlines: { build: 3600, upload: 600, boot: 600, test: 600, promote: 60, cleanup: 300 },
    retention: { keep: 2, maxAgeDays: 90 },
  },
  problems: [],
  endOfLife: { phase: 'lts', until: '2028-06-30', daysLeft: 586, phases: [] },
  lastBuild: summary,
  current: [image],
};

export const brokenDistro: DistroView = {
  id: 'rocky-9',
  file: 'rocky-9.yaml',
  problems: [
    {
      file: 'rocky-9.yaml',
      line: 7,
      field: 'family',
      code: 'NOT_ALLOWED',
      expected: 'debian, ubuntu',
      found: 'rocky',
      message: 'must be debian or ubuntu; found “rocky”',
    },
  ],
  current: [],
};

export const failedBuild: BuildView = {
  id: 41,
  distroId: 'debian-12',
  status: 'failed',
  createdAt: '2026-11-22T10:00:00Z',
  startedAt: '2026-11-22T10:00:02Z',
  finishedAt: '2026-11-22T10:04:35Z',
  clouds: ['local'],
  cause: {
    code: 'REQUIRED_CHECK_FAILED',
    fault: 'image',
    stage: 'test',
    cloud: 'local',
    message: 'The required check system.failed-units failed.',
    advice: 'Mend the unit and build again.',
    lines: ['[FAILED] Failed to start a.service'],
  },
  packages: [],
  dibArguments: [],
  definitionDigest: 'sha256:1234',
  stages: [
    {
      stage: 'build',
      cloud: '',
      status: 'succeeded',
      startedAt: '2026-11-22T10:00:02Z',
      finishedAt: '2026-11-22T10:02:33Z',
      durationMs: 151_000,
    },
    {
      stage: 'test',
      cloud: 'local',
      status: 'failed',
      startedAt: '2026-11-22T10:04:00Z',
      durationMs: 21_000,
    },
    { stage: 'promote', cloud: 'local', status: 'skipped' },
  ],
  checks: [
    {
      cloud: 'local',
      name: 'system.os-release',
      status: 'pass',
      required: true,
      reason: 'Debian GNU/Linux 12',
      durationMs: 4,
    },
    {
      cloud: 'local',
      name: 'system.failed-units',
      status: 'fail',
      required: true,
      reason: '1 unit failed',
      figure: '1',
      unit: 'units',
      durationMs: 30,
    },
  ],
  artifact: {
    fileName: 'debian-12.qcow2',
    sizeBytes: 354_123_776,
    virtualSizeBytes: 1_868_562_432,
    sha512: 'c0ffee12ab34cd56',
  },
  images: [],
  packageCount: 312,
  logLines: 3,
  canCancel: false,
  canRetry: true,
  keepFailedServerMinutes: 0,
  canKeepServer: false,
  keptServers: [],
};

export const cloud: CloudView = {
  name: 'local',
  kind: 'local',
  reachable: true,
  details: { qemu: '7.2' },
  accelerators: [{ code: 'KVM_FAILS', guest: 'debian 12', reason: 'failed to set MSR 0x10a' }],
  flavor: { name: 'test', vcpus: 2, memoryMb: 1024, diskGb: 5 },
  quota: [
    { resource: 'servers', used: 3, limit: 10 },
    { resource: 'memoryMb', used: 15_360, limit: 16_384 },
    { resource: 'images', used: 5, limit: 5 },
    { resource: 'imageBytes', used: 1_868_562_432 },
  ],
  servers: [
    { id: 'srv-1', name: 'im-41', status: 'ACTIVE', buildId: 41, createdAt: '2026-11-22T10:02:40Z' },
    {
      id: 'srv-2',
      name: 'im-39',
      status: 'ACTIVE',
      buildId: 39,
      createdAt: '2026-11-21T10:02:40Z',
      keptUntil: '2126-11-22T18:00:00Z',
    },
  ],
};

export const refusedCloud: CloudView = {
  name: 'lab',
  kind: 'openstack',
  reachable: false,
  problem: {
    code: 'UNAUTHORIZED',
    message: 'Keystone refused the credentials.',
    advice: 'Check OS_PASSWORD.',
  },
  details: {},
  quota: [],
  servers: [],
};

export const problem: Problem = {
  type: 'urn:image-manager:problem:PREFLIGHT_FAILED',
  title: 'This build cannot start',
  status: 409,
  detail: 'No keyring for Ubuntu.',
  instance: '/api/builds',
  code: 'PREFLIGHT_FAILED',
  requestId: 'req-1',
};

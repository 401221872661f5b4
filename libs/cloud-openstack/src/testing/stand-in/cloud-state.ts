import { randomUUID } from 'node:crypto';

/** What the stand-in's services remember, and how they behave; tests change it as they go. */
export interface StandInSettings {
  region: string;
  /** What the catalog lists, besides Keystone. */
  services: StandInService[];
  /** Roles of whoever logs in. */
  roles: string[];
  /** How long a new token is good for, in milliseconds. */
  tokenLifeMs: number;
  /** -1: as much as there is. */
  quota: { servers: number; cores: number; memoryMb: number };
  /** Glance's own quotas, in images and MiB; absent: `/v2/info/usage` is 404. */
  imageQuota?: { count: number; sizeMiB: number };
  /** What becomes of an image once its bytes are there. */
  statusAfterUpload: 'active' | 'queued' | 'saving' | 'killed';
  /** Bytes that Glance takes at most; more is 413. */
  largestImageBytes: number;
  /** Images in a page, whatever limit is asked for. */
  imagePageSize: number;
  /** Servers, flavors and volumes in a page, whatever limit is asked for. */
  pageSize: number;
  /** How often a new server is read until it is ACTIVE; Infinity: never. */
  pollsUntilActive: number;
  /** New servers go to ERROR with it. */
  serverFault?: string;
  /** How often a deleted server is read until it is gone; the last of these reads says DELETED. */
  pollsUntilGone: number;
  /** What servers print on their serial console. */
  console: string;
  /** Called when a server becomes ACTIVE: where a test starts what would run in it. */
  onServerActive?: (server: StandInServer) => void;
}

export type StandInService = 'image' | 'compute' | 'network' | 'volumev3';

export interface StandInImage {
  id: string;
  name: string;
  status: string;
  hidden: boolean;
  protected: boolean;
  visibility: string;
  diskFormat: string;
  containerFormat: string;
  minDisk: number;
  minRam: number;
  tags: string[];
  properties: Record<string, string>;
  members: string[];
  size: number | null;
  sha512: string | null;
  /** Its store refuses to let it go. */
  inUse: boolean;
  createdAt: string;
  updatedAt: string;
}

export interface StandInServer {
  id: string;
  name: string;
  status: string;
  fault?: string;
  imageId: string;
  flavorId: string;
  networkId: string;
  /** As it was sent, decoded. */
  userData: string;
  metadata: Record<string, string>;
  keyName: string | null;
  configDrive: boolean;
  createdAt: string;
  address: string;
  /** Reads since it was made, or since its deletion was accepted. */
  reads: number;
  deleting: boolean;
}

export interface StandInFlavor {
  id: string;
  name: string;
  vcpus: number;
  ram: number;
  disk: number;
}

export interface Named {
  id: string;
  name: string;
}

export interface StandInPort {
  id: string;
  name: string;
  status: string;
  device_id: string;
  created_at: string;
}

export interface StandInVolume {
  id: string;
  imageId: string;
}

/** Who may log in. */
export const BUILDER = {
  user: { id: '5a3f1c0e9d7b4f6a8c2e', name: 'image-builder' },
  domain: { id: 'default', name: 'Default' },
  project: { id: 'c9d1e2f3a4b5c6d7e8f9', name: 'images' },
  password: 'stand-in-password-7Gq2',
  credential: { id: '0f1e2d3c4b5a69788796', name: 'builder', secret: 'stand-in-secret-Zk81' },
} as const;

export class CloudState {
  readonly settings: StandInSettings = {
    region: 'RegionOne',
    services: ['image', 'compute', 'network'],
    roles: ['member', 'reader'],
    tokenLifeMs: 3_600_000,
    quota: { servers: 10, cores: 20, memoryMb: 51_200 },
    statusAfterUpload: 'active',
    largestImageBytes: Infinity,
    imagePageSize: 1000,
    pageSize: 1000,
    pollsUntilActive: 2,
    pollsUntilGone: 1,
    console: 'Welcome to the stand-in\n',
  };
  /** Id → time at which it ends. */
  readonly tokens = new Map<string, number>();
  readonly images = new Map<string, StandInImage>();
  readonly servers = new Map<string, StandInServer>();
  readonly volumes: StandInVolume[] = [];
  /** Those that outlived their servers. */
  readonly ports: StandInPort[] = [];
  readonly flavors: StandInFlavor[] = [
    { id: '1', name: 'm1.tiny', vcpus: 1, ram: 512, disk: 1 },
    { id: '2', name: 'm1.small', vcpus: 1, ram: 2048, disk: 20 },
  ];
  readonly networks: Named[] = [{ id: randomUUID(), name: 'private' }];
  readonly securityGroups: Named[] = [{ id: randomUUID(), name: 'default' }];
  readonly keypairs: string[] = ['operator'];
  readonly zones: string[] = ['nova'];
}

/** As OpenStack writes times: whole seconds. */
export function timestamp(time = Date.now()): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}

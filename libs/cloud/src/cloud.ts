/**
 * The port behind which every cloud stands: OpenStack, or QEMU on this machine. The words are OpenStack's.
 *
 * Rules for adapters:
 * - Every call takes an AbortSignal and ends soon after it fires, with CloudError CANCELLED.
 * - `find…` may return undefined, `get…` throws CloudError NOT_FOUND.
 * - `delete…` of something that is gone already succeeds.
 * - Nothing is remembered in memory that a restart would need: what exists is looked up in the cloud.
 */

import type { AcceleratorFinding, Fault } from '@image-manager/contracts';
import type { CloudErrorCode } from './errors.js';

export interface CallOptions {
  signal?: AbortSignal;
}

/** Marks every resource we make; kept in the resource's name and metadata. */
export interface Ownership {
  /** This installation's id. */
  installationId: string;
  /** The build's number; 0 for an image that was adopted. */
  buildId: number;
}

/** `deactivated`: its bytes are there, but an administrator has forbidden to boot it. */
export type CloudImageStatus = 'queued' | 'saving' | 'active' | 'deactivated' | 'deleted' | 'error';
export type Visibility = 'private' | 'shared' | 'community' | 'public';

export interface CloudImage {
  id: string;
  name: string;
  status: CloudImageStatus;
  /** Hidden images are left out of default listings but can be booted by id. */
  hidden: boolean;
  protected: boolean;
  visibility: Visibility;
  diskFormat: string;
  /** Bytes of the image file; absent until it is uploaded. */
  sizeBytes?: number;
  /** Hex digest of the bytes as the cloud has them, and its algorithm (`sha512`). */
  hash?: { algorithm: string; value: string };
  minDiskGb: number;
  minMemoryMb: number;
  tags: string[];
  /** Custom properties, ours among them. */
  properties: Record<string, string>;
  /** Read from the properties; absent for foreign images. */
  ownership?: Ownership;
  createdAt: Date;
  updatedAt: Date;
}

export interface CreateImage {
  name: string;
  diskFormat: 'qcow2' | 'raw';
  minDiskGb: number;
  minMemoryMb: number;
  properties: Record<string, string>;
  tags: string[];
  ownership: Ownership;
}

/** Only what is given changes; all of it in one request. `properties` are merged, a null removes. */
export interface ImageChanges {
  name?: string;
  hidden?: boolean;
  protected?: boolean;
  visibility?: Visibility;
  tags?: string[];
  properties?: Record<string, string | null>;
}

/** Who stands on an image, as far as these credentials can see. */
export interface ImageUse {
  /** Ids of the servers whose disk depends on it. */
  servers: string[];
  /** Ids of the volumes that were made from it. */
  volumes: string[];
  /** Why there may be users that cannot be seen; the image then counts as in use. */
  unseen?: string;
}

export interface UploadOptions extends CallOptions {
  /** Called at most a few times a second. */
  onProgress?: (sentBytes: number, totalBytes: number) => void;
}

export interface CloudImages {
  /** Makes an empty image, private and hidden, status `queued`. */
  create(spec: CreateImage, options?: CallOptions): Promise<CloudImage>;
  /** Streams a file into a queued image, in constant memory; resolves when the cloud has it `active`. */
  upload(id: string, path: string, options?: UploadOptions): Promise<CloudImage>;
  get(id: string, options?: CallOptions): Promise<CloudImage>;
  find(id: string, options?: CallOptions): Promise<CloudImage | undefined>;
  /** Everything these credentials see, hidden images too. */
  list(filter?: { name?: string; installationId?: string }, options?: CallOptions): Promise<CloudImage[]>;
  update(id: string, changes: ImageChanges, options?: CallOptions): Promise<CloudImage>;
  /** Makes exactly these projects members of a `shared` image, accepted where we may accept for them. */
  setMembers(id: string, projectIds: readonly string[], options?: CallOptions): Promise<void>;
  /** Who stands on the image; also for one that does not exist (any more). */
  use(id: string, options?: CallOptions): Promise<ImageUse>;
  /** IN_USE when a server's disk depends on it, CONFLICT when it is protected. */
  delete(id: string, options?: CallOptions): Promise<void>;
}

export type ServerStatus = 'BUILD' | 'ACTIVE' | 'SHUTOFF' | 'ERROR' | 'DELETED';

export interface CloudServer {
  id: string;
  name: string;
  status: ServerStatus;
  imageId?: string;
  /** Why it is in ERROR. */
  fault?: string;
  /** What a person can do about that. */
  advice?: string;
  /** The same as a code, and whose fault it is, where the cloud knows. */
  faultOf?: { code: CloudErrorCode; fault: Fault };
  addresses: string[];
  metadata: Record<string, string>;
  ownership?: Ownership;
  createdAt: Date;
}

export interface CreateServer {
  name: string;
  imageId: string;
  /** Plain text; adapters encode it as their API wants it. At most 64 KiB. */
  userData: string;
  metadata: Record<string, string>;
  ownership: Ownership;
}

/** A network port that outlived its server. */
export interface CloudPort {
  id: string;
  name: string;
  status: string;
  /** The server it was made for. */
  serverId: string;
  createdAt: Date;
}

export interface CloudServers {
  /** Returns as soon as the cloud has accepted it (status BUILD). */
  create(spec: CreateServer, options?: CallOptions): Promise<CloudServer>;
  get(id: string, options?: CallOptions): Promise<CloudServer>;
  find(id: string, options?: CallOptions): Promise<CloudServer | undefined>;
  list(filter?: { installationId?: string }, options?: CallOptions): Promise<CloudServer[]>;
  /** Resolves when the server is gone, its disks and ports with it. */
  delete(id: string, options?: CallOptions): Promise<void>;
  /**
   * The tail of the serial console that the cloud still has. `offset` counts bytes from the console's beginning where
   * the cloud knows it (the local cloud does; Nova returns only a tail: `offset` is absent and tails overlap).
   */
  consoleLog(id: string, options?: CallOptions & { from?: number }): Promise<ConsoleTail>;
}

/** What a cloud makes along with a server, and can leave behind when the server's deletion went wrong. */
export interface CloudPorts {
  /** Ports made for one of these servers. */
  list(serverIds: readonly string[], options?: CallOptions): Promise<CloudPort[]>;
  delete(id: string, options?: CallOptions): Promise<void>;
}

export interface ConsoleTail {
  text: string;
  /** Byte offset of the text's first byte; absent where the cloud does not say. */
  offset?: number;
}

/** A server or an image of which nothing can be told but that it is there. */
export interface UnreadableThing {
  kind: 'server' | 'image';
  id: string;
  /** Why, and where to look. */
  problem: string;
  since: Date;
}

/** What a build will need of the cloud, asked before anything is made. */
export interface CloudNeeds {
  /** Virtual disk size of the image in GiB, as far as it is known. */
  diskGb: number;
  memoryMb: number;
  /** Bytes that will be uploaded, as far as it is known. */
  imageBytes: number;
}

export interface CloudProblem {
  code: string;
  message: string;
  /** One sentence or command that mends it. */
  advice: string;
  /** The cloud's if absent. */
  fault?: Fault;
}

export interface CloudStatus {
  reachable: boolean;
  /** Why it is not. */
  problem?: CloudProblem;
  /** For people: version, address, region. */
  details: Record<string, string>;
  /** How its servers run, where the cloud is this machine. */
  accelerators?: AcceleratorFinding[];
}

/** The size of test servers. */
export interface CloudFlavor {
  name: string;
  vcpus: number;
  memoryMb: number;
  diskGb: number;
}

export const QUOTA_RESOURCES = ['servers', 'cores', 'memoryMb', 'images', 'imageBytes'] as const;
export type QuotaResource = (typeof QUOTA_RESOURCES)[number];

/** How much of something the project uses, and may use. */
export interface CloudQuota {
  resource: QuotaResource;
  used: number;
  /** Absent where the cloud sets none. */
  limit?: number;
}

export interface Cloud {
  /** The name it is configured under; `local` for this machine. */
  readonly name: string;
  readonly kind: 'local' | 'openstack';
  readonly images: CloudImages;
  readonly servers: CloudServers;
  readonly ports: CloudPorts;
  status(options?: CallOptions): Promise<CloudStatus>;
  /** Empty when the build can go on. */
  preflight(needs: CloudNeeds, options?: CallOptions): Promise<CloudProblem[]>;
  flavor(options?: CallOptions): Promise<CloudFlavor>;
  /** What no list has, since its record is damaged; a service keeps its own in order, so this is for the local cloud. */
  unreadable(options?: CallOptions): Promise<UnreadableThing[]>;
  /** Empty where the cloud knows no quotas. */
  quota(options?: CallOptions): Promise<CloudQuota[]>;
  /** host:port under which a server of this cloud reaches the manager's gRPC port. */
  managerAddress(): string;
  /** Releases what this process holds; servers go on running. */
  close(): Promise<void>;
}

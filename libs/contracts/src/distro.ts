import type { StageName } from './life-cycle.js';

/** An image definition as it stands in `distros/<id>.yaml`, after validation and with defaults filled in. */
export interface DistroDefinition {
  /** Equals the file's name without `.yaml`. */
  id: string;
  displayName: string;
  /** The name users boot; one visible image of ours bears it per cloud. */
  imageName: string;
  family: 'debian' | 'ubuntu';
  /** Code name that the archive knows, such as `bookworm`. */
  release: string;
  /** As in os-release VERSION_ID and Glance's os_version. */
  version: string;
  architecture: 'amd64';
  elements: string[];
  packages: string[];
  dib: {
    /** Environment for disk-image-create; only DIB_* names and a few known others. */
    environment: Record<string, string>;
    /** Further arguments for disk-image-create. */
    arguments: string[];
  };
  diskFormat: 'qcow2' | 'raw';
  /** Image properties by Glance's conventions, without those we set ourselves. */
  properties: Record<string, string>;
  visibility: 'private' | 'shared' | 'community' | 'public';
  protected: boolean;
  /** Further tags of the current image; its state and ours are set anyway. */
  tags: string[];
  /** Ids of the projects that a `shared` image is shared with. */
  members: string[];
  minDiskGb: number;
  minMemoryMb: number;
  /** Build refuses packages that no key signs. */
  signedArchive: boolean;
  users: { name: string; sudo: boolean; groups: string[] }[];
  ssh: { passwordLogin: boolean; rootLogin: boolean };
  /** Cloud names; empty: every configured cloud. */
  clouds: string[];
  /** In order of time. */
  endOfLife: { phase: 'supported' | 'security' | 'lts' | 'extended'; until: string }[];
  /** Names of the agent's checks that must pass before promotion. */
  requiredChecks: string[];
  /** What becomes of a build whose report came over the serial console, as its server has no way to the manager. */
  managerUnreachable: 'fail' | 'warn';
  /** How long the test server of a failed build stays for a look inside; 0: not at all. */
  keepFailedServerMinutes: number;
  /** Seconds per stage. */
  deadlines: Record<StageName, number>;
  retention: { keep: number; maxAgeDays: number };
}

/** What is wrong with a definition file, as exactly as it can be said. */
export interface DefinitionProblem {
  file: string;
  /** From 1. */
  line: number;
  /** Dotted path such as `users.0.name`; empty for the file as a whole. */
  field: string;
  message: string;
}

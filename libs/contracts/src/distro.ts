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

/** What can be wrong with a field, or with the file as a whole. */
export const DEFINITION_PROBLEM_CODES = [
  'MISSING',
  'UNKNOWN_FIELD',
  /** `expected` is one of {@link FIELD_KINDS}. */
  'WRONG_TYPE',
  /** `expected` lists what may stand there. */
  'NOT_ALLOWED',
  /** What may stand there is too much to list. */
  'UNKNOWN_VALUE',
  'TOO_SMALL',
  'TOO_BIG',
  'TOO_FEW_CHARACTERS',
  'TOO_MANY_CHARACTERS',
  'TOO_FEW_ENTRIES',
  'TOO_MANY_ENTRIES',
  /** `expected` is the file's name. */
  'WRONG_ID',
  /** `expected` is the file that has this name for its images already. */
  'NAME_TAKEN',
  'DUPLICATE',
  'BAD_DATE',
  /** `expected` is the day that it must be later than. */
  'PHASES_OUT_OF_ORDER',
  /** The message ends with what the parser says. */
  'NOT_YAML',
  /** The message alone says it. */
  'OTHER',
] as const;
export type DefinitionProblemCode = (typeof DEFINITION_PROBLEM_CODES)[number];

export const FIELD_KINDS = [
  'text',
  'quotedText',
  'number',
  'wholeNumber',
  'boolean',
  'list',
  'fields',
] as const;
export type FieldKind = (typeof FIELD_KINDS)[number];

/** What is wrong with a definition file, as exactly as it can be said. */
export interface DefinitionProblem {
  file: string;
  /** From 1. */
  line: number;
  /** Dotted path such as `users.0.name`; empty for the file as a whole. */
  field: string;
  code: DefinitionProblemCode;
  /** What the code's own words need. */
  expected?: string;
  /** The value that stands there, as far as it is a short text, a number or a truth value. */
  found?: string;
  /** The code in words, with particulars. */
  message: string;
}

/** What a check may know about a file. */
export interface FileFacts {
  kind: 'file' | 'directory' | 'link' | 'other';
  /** Milliseconds since the epoch. */
  modifiedMs: number;
  mode: number;
  sizeBytes: number;
}

export interface FileSystemSpace {
  sizeBytes: number;
  /** What a user without privileges may still write. */
  availableBytes: number;
  inodes: number;
  freeInodes: number;
}

export interface CommandResult {
  /** -1 when it was killed by its time limit or a signal. */
  code: number;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  timeoutMs: number;
  signal?: AbortSignal;
}

export interface NetworkAddress {
  interface: string;
  address: string;
  family: 'IPv4' | 'IPv6';
  internal: boolean;
}

/** The one door to the machine: files, programs, network, clock. Paths are absolute, as the guest sees them. */
export interface Host {
  /** Undefined where there is no such file; other errors throw. */
  readFile(path: string): Promise<string | undefined>;
  /** Bytes of a file or device; undefined where there is none, or no medium in it. */
  readBytes(path: string, offset: number, length: number): Promise<Buffer | undefined>;
  writeFile(path: string, text: string, options: { mode: number }): Promise<void>;
  /** Writes to what exists already, such as a terminal; false where there is no such thing. */
  print(path: string, text: string): Promise<boolean>;
  /** Names in a directory, sorted; empty where there is no such directory. */
  list(path: string): Promise<string[]>;
  /** Of the thing itself, not of what a link points to. */
  find(path: string): Promise<FileFacts | undefined>;
  remove(path: string): Promise<void>;
  /** Makes a private directory in `parent` and returns its path. */
  makeTemporaryDirectory(parent: string): Promise<string>;
  /** Writes `bytes`, syncs them to the disk, reads them back; returns false when they differ. */
  writeSynced(path: string, bytes: Buffer): Promise<boolean>;
  space(path: string): Promise<FileSystemSpace>;
  addresses(): NetworkAddress[];
  /** Runs a program without a shell. Undefined where the program is not installed. */
  run(argv: readonly [string, ...string[]], options: CommandOptions): Promise<CommandResult | undefined>;
  /** Undefined where nobody answers. */
  httpGet(url: string, options: CommandOptions): Promise<{ status: number; body: string } | undefined>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since the kernel started. */
  uptimeMs(): number;
}

import type { LogLine, StageName } from './life-cycle.js';

/** Bodies of the REST API under `/api`, logs and package lists of builds. Units as in rest.ts. */

/** GET /builds/:id/log?from=&limit=&stage=&cloud= */
export interface LogPage {
  lines: LogLine[];
  /** Lines in the whole log. */
  total: number;
  /** Line number to ask for next; absent at the end. */
  nextFrom?: number;
}

/** GET /builds/:id/log/search?q=&regex=&caseSensitive=&stage=&cloud=&from= */
export interface LogSearchResult {
  /** How many lines match, also those that `matches` leaves out. */
  total: number;
  /** `matches` holds the first ones only. */
  truncated: boolean;
  /** Lines that match, by number. */
  matches: LogMatch[];
  /** Last line that was looked at; the search of a log that grows goes on with `from` one higher. */
  searchedTo: number;
}

export interface LogMatch {
  n: number;
  /** [start, end) in UTF-16 units of the line's text without its control sequences (colours), as a person sees it. */
  ranges: number[][];
}

/** GET /builds/:id/log/marks: where a viewer jumps to. */
export interface LogMarks {
  /** The first line of each stage and cloud, by line number. */
  stages: LogMark[];
  /** The line that tells why the build failed. */
  firstError?: number;
  /** Lines in the whole log. */
  total: number;
}

export interface LogMark {
  stage: StageName;
  /** Empty for what happens on the build host. */
  cloud: string;
  line: number;
}

/** GET /builds/:id/log/outline: what disk-image-create did. */
export interface LogOutline {
  /** In order, as the lines up to `total` tell it. */
  phases: LogPhase[];
  /** Lines in the whole log. */
  total: number;
}

/** A part of what disk-image-create does: its hooks of one name, or what it does between them. */
export interface LogPhase {
  /** DIB's own name, such as `install.d`; `block-device` and `convert` for what has no hooks. */
  name: string;
  /** Number of its first line. */
  line: number;
  /** When that came, in milliseconds since the epoch. */
  at: number;
  /** Absent when it goes on, or was broken off. */
  durationMs?: number;
  /** In the order in which they ran. */
  scripts: LogScript[];
}

/** An element's script in a phase. */
export interface LogScript {
  name: string;
  /** Number of its first line. */
  line: number;
  /** When that came, in milliseconds since the epoch. */
  at: number;
  /** As DIB measured it, else by the times of its lines; absent when it runs, or was broken off. */
  durationMs?: number;
}

/** An item of GET /builds/:id/packages: what the agent found installed in the server of one cloud. */
export interface PackageList {
  cloud: string;
  kernelRelease: string;
  packages: PackageView[];
}

export interface PackageView {
  name: string;
  version: string;
  architecture: string;
}

/** GET /builds/:id/package-difference?cloud=&against= */
export interface PackageDifference {
  cloud: string;
  /** The build it is compared with; null when there was no image before, or its packages are not known. */
  against: number | null;
  added: PackageView[];
  removed: PackageView[];
  changed: PackageChange[];
  /** How many are the same in both. */
  same: number;
}

export interface PackageChange {
  name: string;
  architecture: string;
  from: string;
  to: string;
}

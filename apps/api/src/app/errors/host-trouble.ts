import { statfsSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { dirname } from 'node:path';
import { isCloudError } from '@image-manager/cloud';

/** Why this machine did not let a file be written or read: a defect neither of ours nor of a cloud's. */
export interface HostTrouble {
  code: 'HOST_NO_SPACE' | 'HOST_READ_ONLY' | 'HOST_NOT_PERMITTED' | 'HOST_IO_ERROR';
  message: string;
  advice: string;
}

type SystemError = Error & { code: string; path?: unknown };

/** Less than this is none: what is written next would not fit. */
const NO_SPACE_BYTES = 1024 ** 2;

const FULL = /^(ENOSPC|EDQUOT|SQLITE_FULL)$/;
const READ_ONLY = /^(EROFS|SQLITE_READONLY\w*)$/;
const BROKEN = /^(EIO|SQLITE_IOERR\w*)$/;
/** Sockets get these as well: only those that name a path are about files. */
const NOT_PERMITTED = /^(EPERM|EACCES|SQLITE_PERM)$/;

/** @returns undefined when nothing in the chain of causes speaks of this machine's disks. */
export function hostTroubleOf(error: unknown): HostTrouble | undefined {
  for (const link of chainOf(error)) {
    if (isCloudError(link, 'NO_CAPACITY') && link.fault === 'host') {
      return { code: 'HOST_NO_SPACE', message: link.message, advice: link.advice ?? adviceOnSpace() };
    }
    const found = isSystemError(link) ? describe(link) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** Of the database alone. */
export function databaseTroubleOf(error: unknown): HostTrouble | undefined {
  const own = chainOf(error).find((link) => isSystemError(link) && link.code.startsWith('SQLITE_'));
  return own && hostTroubleOf(own);
}

function describe(error: SystemError): HostTrouble | undefined {
  const path = typeof error.path === 'string' ? error.path : undefined;
  const what = path ?? 'A file';
  const host = hostname();
  if (FULL.test(error.code) || (BROKEN.test(error.code) && path !== undefined && isFull(path))) {
    return {
      code: 'HOST_NO_SPACE',
      message: `${path === undefined ? 'A disk' : `The disk of ${dirname(path)}`} on ${host} is full`,
      advice: adviceOnSpace(path),
    };
  }
  if (READ_ONLY.test(error.code)) {
    return {
      code: 'HOST_READ_ONLY',
      message: `${what} on ${host} cannot be written: its file system is read-only`,
      advice:
        'The kernel’s log (dmesg) tells why: a disk with errors is often made read-only. Make it writable (mount -o remount,rw), then retry.',
    };
  }
  if (BROKEN.test(error.code)) {
    return {
      code: 'HOST_IO_ERROR',
      message: `${what} on ${host} cannot be read or written: its disk answers with errors (${error.code})`,
      advice: 'See the kernel’s log (dmesg) and the disk’s health (smartctl -a); mend it, then retry.',
    };
  }
  if (NOT_PERMITTED.test(error.code) && path !== undefined) {
    return {
      code: 'HOST_NOT_PERMITTED',
      message: `${path} on ${host} is not permitted to the user ${userInfo().username}, who runs Image Manager (${error.code})`,
      advice:
        'Give the file or its folder to that user (ls -ld, chown), and look for attributes that forbid changes (lsattr), then retry.',
    };
  }
  return undefined;
}

function adviceOnSpace(path?: string): string {
  const look = path === undefined ? 'df -h shows which' : `df -h ${dirname(path)} shows how much is left`;
  return `Free space there (${look}), then retry.`;
}

function isFull(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize < NO_SPACE_BYTES;
  } catch {
    return false;
  }
}

function isSystemError(error: Error): error is SystemError {
  return 'code' in error && typeof error.code === 'string';
}

/** An error and what caused it, outermost first. */
export function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let link = error; isError(link) && chain.length < 10; link = link.cause) chain.push(link);
  return chain;
}

/** Not `instanceof`, which knows the errors of one context only. */
function isError(value: unknown): value is Error {
  return Object.prototype.toString.call(value) === '[object Error]';
}

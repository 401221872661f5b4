import { z } from 'zod';
import { processIdentitySchema } from '../process-identity.js';

/** What `server.json` holds. */
export const serverRecordSchema = z.strictObject({
  format: z.literal(1),
  name: z.string().min(1),
  imageId: z.uuid(),
  metadata: z.record(z.string(), z.string()),
  /** ISO 8601 */
  createdAt: z.iso.datetime(),
  /** `started` says that QEMU ran once; whether it does now, only the process table knows. */
  state: z.enum(['building', 'started', 'failed']),
  /** While `building`: the process that makes the server. */
  builder: processIdentitySchema.optional(),
  /** Once `started`: QEMU. */
  process: processIdentitySchema.optional(),
  accelerator: z.enum(['kvm', 'tcg']).optional(),
  /** Once `failed`: why. */
  fault: z.string().optional(),
  /** The fault is that the disk of this machine was full. */
  diskFull: z.literal(true).optional(),
});

export type ServerRecord = z.infer<typeof serverRecordSchema>;

/** The files of a server, relative to its folder, which is QEMU's working directory. */
export const SERVER_FILES = {
  record: 'server.json',
  disk: 'disk.qcow2',
  configDrive: 'config.iso',
  console: 'console.log',
  /** QEMU's own words: standard output and error. */
  qemuLog: 'qemu.log',
  /** UNIX socket of QEMU's monitor (QMP). */
  monitor: 'qmp.sock',
  /** QEMU writes it early, and removes it when it ends in good order. */
  pid: 'qemu.pid',
} as const;

import { findProcesses, type ProcessIdentity } from '../process-identity.js';
import { RELAY_FILE } from './qemu-arguments.js';

/**
 * Every process that belongs to a server, recorded or not: its QEMU, a probe's QEMU, the relays of its connections.
 * Found by the command line, so that nothing escapes that a crash kept out of the records.
 */
export function findServerProcesses(serverId: string): Promise<ProcessIdentity[]> {
  return findProcesses((args) => {
    const at = args.indexOf(serverId);
    if (at < 0) return false;
    return args[at - 1] === '-uuid' || args.some((argument) => argument.endsWith(`/${RELAY_FILE}`));
  });
}

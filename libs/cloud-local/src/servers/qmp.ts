import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { SERVER_FILES } from './server-record.js';

const ANSWER_LIMIT_MS = 1_000;
const COMMANDS = '{"execute":"qmp_capabilities"}\n{"execute":"query-status"}\n';
const statusReply = z.object({ return: z.object({ status: z.string() }) });

/**
 * Asks a QEMU for its run state over its monitor (https://www.qemu.org/docs/master/interop/qmp-spec.html). QEMU answers
 * commands only once the whole machine is set up.
 *
 * @param folder the server's folder.
 * @returns such as `running`; undefined when it does not answer within a second.
 */
export async function queryRunState(folder: string): Promise<string | undefined> {
  // The path of a UNIX socket holds 107 bytes at most; by way of the folder's descriptor it is always short.
  await using directory = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  const socket = connect(`/proc/self/fd/${directory.fd}/${SERVER_FILES.monitor}`);
  socket.setTimeout(ANSWER_LIMIT_MS, () => socket.destroy());
  socket.write(COMMANDS);
  try {
    return await new Promise<string | undefined>((resolve) => {
      const silent = (): void => {
        resolve(undefined);
      };
      socket.once('error', silent).once('close', silent);
      createInterface({ input: socket })
        .on('line', (line) => {
          const reply = statusReply.safeParse(JSON.parse(line));
          if (reply.success) resolve(reply.data.return.status);
        })
        .on('error', silent);
    });
  } finally {
    socket.destroy();
  }
}

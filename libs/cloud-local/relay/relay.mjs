// Joins one connection of a test server to the manager's gRPC port.
//
//   node relay.mjs <host> <port> <server id>
//
// QEMU starts one of these per connection that a server opens to its `guestfwd` address, with one end of a socket pair
// as file descriptors 0, 1 and 2. So nothing may be printed here: the server would read it. The server's id is there
// for whoever looks for processes that belong to it.
import { connect, Socket } from 'node:net';

const [host, port] = process.argv.slice(2);
const guest = new Socket({ fd: 0, readable: true, writable: true, allowHalfOpen: true });
const manager = connect({ host, port: Number(port), allowHalfOpen: true, noDelay: true });

/** How long the manager may be silent after the server's side has ended; by then the server is most likely gone. */
const SILENCE_AFTER_END_MS = 60_000;

function leave() {
  guest.destroy();
  manager.destroy();
  process.exit();
}

guest.on('error', leave);
manager.on('error', leave);
guest.on('end', () => manager.setTimeout(SILENCE_AFTER_END_MS, leave));
// pipe() carries back-pressure both ways and passes the end of each direction on by itself.
guest.pipe(manager);
manager.pipe(guest);

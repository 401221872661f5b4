import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** An address before a service; once it is shut nothing listens there. */
export class Door {
  private readonly sockets = new Set<Socket>();
  private server: Server;

  private constructor(private readonly target: URL) {
    this.server = this.serve();
  }

  static async before(target: string): Promise<Door> {
    const door = new Door(new URL(target));
    await door.listen(0);
    return door;
  }

  /** The target's URL, through the door. */
  get url(): string {
    const url = new URL(this.target);
    url.port = String(this.port);
    return url.href;
  }

  private port = 0;

  async shut(): Promise<void> {
    const closed = new Promise((done) => this.server.close(done));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  async open(): Promise<void> {
    if (this.server.listening) return;
    this.server = this.serve();
    await this.listen(this.port);
  }

  private async listen(port: number): Promise<void> {
    await new Promise<void>((listening) => this.server.listen(port, '127.0.0.1', listening));
    this.port = (this.server.address() as AddressInfo).port;
  }

  private serve(): Server {
    return createServer((near) => {
      const far = connect(Number(this.target.port), this.target.hostname);
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.sockets.add(socket);
        socket.on('error', () => undefined);
        socket.once('close', () => {
          this.sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
  }
}

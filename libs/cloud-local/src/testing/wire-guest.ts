import type { Socket } from 'node:net';

const GUEST_MAC = Buffer.from('525400123456', 'hex');
const BROADCAST = Buffer.from('ffffffffffff', 'hex');
const GUEST_ADDRESS = '10.0.2.15';
const [FIN, SYN, RST, PSH, ACK] = [1, 2, 4, 8, 16] as const;
const RETRY_MS = 200;

export interface Exchange {
  /** `silent`: no answer to the first packet within the limit. */
  outcome: 'answered' | 'refused' | 'silent';
  answer: string;
}

interface Segment {
  seq: number;
  flags: number;
  payload: Buffer;
}

/**
 * A guest reduced to its network card: speaks Ethernet, ARP and just enough TCP (RFC 9293) over QEMU's `-netdev socket`,
 * whose stream carries frames behind a length of four bytes. Shows what a server can reach without booting one.
 */
export class WireGuest {
  private input: Buffer = Buffer.alloc(0);
  private readonly macs = new Map<string, Buffer>();
  private readonly connections = new Map<number, (segment: Segment) => void>();
  private nextPort = 40_000;

  constructor(private readonly socket: Socket) {
    socket.on('data', (bytes: Buffer) => {
      this.input = Buffer.concat([this.input, bytes]);
      while (this.input.length >= 4 && this.input.length >= 4 + this.input.readUInt32BE(0)) {
        const end = 4 + this.input.readUInt32BE(0);
        this.receive(this.input.subarray(4, end));
        this.input = this.input.subarray(end);
      }
    });
  }

  /** Connects, says one thing and listens until the other side hangs up. */
  exchange(address: string, port: number, question: string, limitMs: number): Promise<Exchange> {
    const own = this.nextPort++;
    const answer: Buffer[] = [];
    let seq = 1000;
    let ack: number | undefined;
    const send = (flags: number, payload = Buffer.alloc(0)): void => {
      this.sendTcp(address, { from: own, to: port, seq, ack: ack ?? 0, flags, payload });
    };
    return new Promise((resolve) => {
      const finish = (outcome: Exchange['outcome']): void => {
        clearInterval(retry);
        clearTimeout(limit);
        this.connections.delete(own);
        resolve({ outcome, answer: Buffer.concat(answer).toString() });
      };
      const retry = setInterval(() => {
        if (ack === undefined) send(SYN);
      }, RETRY_MS);
      const limit = setTimeout(finish, limitMs, 'silent');
      this.connections.set(own, (segment) => {
        if (segment.flags & RST) {
          finish('refused');
        } else if (segment.flags & SYN) {
          if (ack !== undefined) return;
          ack = segment.seq + 1;
          seq += 1;
          send(ACK | PSH, Buffer.from(question));
          seq += question.length;
        } else if (ack !== undefined && segment.seq === ack) {
          answer.push(segment.payload);
          ack += segment.payload.length + (segment.flags & FIN ? 1 : 0);
          if (segment.payload.length > 0 || segment.flags & FIN) send(ACK | (segment.flags & FIN));
          if (segment.flags & FIN) finish('answered');
        }
      });
      send(SYN);
    });
  }

  private receive(frame: Buffer): void {
    const type = frame.readUInt16BE(12);
    const body = frame.subarray(14);
    if (type === 0x0806) this.receiveArp(body);
    if (type !== 0x0800 || body[9] !== 6) return;
    const tcp = body.subarray((body.readUInt8(0) & 15) * 4, body.readUInt16BE(2));
    this.connections.get(tcp.readUInt16BE(2))?.({
      seq: tcp.readUInt32BE(4),
      flags: tcp.readUInt8(13),
      payload: tcp.subarray((tcp.readUInt8(12) >> 4) * 4),
    });
  }

  private receiveArp(arp: Buffer): void {
    const [mac, address] = [Buffer.from(arp.subarray(8, 14)), dotted(arp.subarray(14, 18))];
    if (arp.readUInt16BE(6) === 2) this.macs.set(address, mac);
    else if (dotted(arp.subarray(24, 28)) === GUEST_ADDRESS) this.sendArp(2, mac, address);
  }

  private sendArp(operation: 1 | 2, to: Buffer, address: string): void {
    const head = Buffer.from([0, 1, 8, 0, 6, 4, 0, operation]);
    const own = Buffer.concat([GUEST_MAC, octets(GUEST_ADDRESS)]);
    this.sendFrame(to, 0x0806, Buffer.concat([head, own, to, octets(address)]));
  }

  private sendTcp(address: string, segment: Segment & { from: number; to: number; ack: number }): void {
    const mac = this.macs.get(address);
    // The connection's next attempt comes when the address is known.
    if (!mac) {
      this.sendArp(1, BROADCAST, address);
      return;
    }
    const tcp = Buffer.alloc(20);
    tcp.writeUInt16BE(segment.from, 0);
    tcp.writeUInt16BE(segment.to, 2);
    tcp.writeUInt32BE(segment.seq, 4);
    tcp.writeUInt32BE(segment.ack, 8);
    tcp.writeUInt8(5 << 4, 12);
    tcp.writeUInt8(segment.flags, 13);
    tcp.writeUInt16BE(65_535, 14);
    const length = 20 + segment.payload.length;
    const addresses = Buffer.concat([octets(GUEST_ADDRESS), octets(address)]);
    const pseudo = Buffer.concat([addresses, Buffer.from([0, 6, length >> 8, length & 255])]);
    tcp.writeUInt16BE(checksum(Buffer.concat([pseudo, tcp, segment.payload])), 16);
    const ip = Buffer.from([0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 6, 0, 0]);
    ip.writeUInt16BE(20 + length, 2);
    const header = Buffer.concat([ip, addresses]);
    header.writeUInt16BE(checksum(header), 10);
    this.sendFrame(mac, 0x0800, Buffer.concat([header, tcp, segment.payload]));
  }

  private sendFrame(to: Buffer, type: number, body: Buffer): void {
    const frame = Buffer.concat([to, GUEST_MAC, Buffer.from([type >> 8, type & 255]), body]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(frame.length);
    this.socket.write(Buffer.concat([length, frame]));
  }
}

function octets(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

function dotted(bytes: Buffer): string {
  return [...bytes].join('.');
}

/** RFC 1071 */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) + (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

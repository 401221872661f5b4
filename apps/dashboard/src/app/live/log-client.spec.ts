import type { LogLine } from '@image-manager/contracts';
import { FakeSocket, logLines } from '../testing/fake-socket';
import { LogClient, type LogSink } from './log-client';

function follow(socket: FakeSocket, last?: number) {
  const seen: number[] = [];
  const skips: number[] = [];
  const refusals: string[] = [];
  const sink: LogSink = {
    append: (lines: LogLine[]) => seen.push(...lines.map((line) => line.n)),
    skip: (total) => skips.push(total),
    refused: ({ code }) => refusals.push(code),
  };
  const client = new LogClient(socket.asLiveSocket(), 7, sink, last);
  client.start();
  return { client, seen, skips, refusals };
}

function serve(socket: FakeSocket, from: number, to: number): void {
  socket.serve('log', { buildId: 7, lines: logLines(from, to) });
}

const upTo = (end: number) => Array.from({ length: end }, (_, index) => index + 1);

describe('LogClient', () => {
  it('asks for the whole log once the connection is there', () => {
    const socket = new FakeSocket();
    follow(socket);
    expect(socket.subscriptions).toEqual([]);
    socket.open();
    expect(socket.subscriptions).toEqual([{ buildId: 7, fromLine: 1 }]);
  });

  it('resumes after a reconnect at the line after the last one, without doubles or gaps', () => {
    const socket = new FakeSocket();
    const { seen } = follow(socket);
    socket.open();
    serve(socket, 1, 5);
    serve(socket, 6, 9);
    socket.lose();
    socket.open();
    expect(socket.subscriptions.at(-1)).toEqual({ buildId: 7, fromLine: 10 });
    serve(socket, 10, 12);
    expect(seen).toEqual(upTo(12));
  });

  it('drops lines that it has when batches overlap', () => {
    const socket = new FakeSocket();
    const { seen } = follow(socket);
    socket.open();
    serve(socket, 1, 5);
    serve(socket, 3, 8);
    serve(socket, 2, 4);
    expect(seen).toEqual(upTo(8));
  });

  it('asks again from the gap when a batch is missing, and shows nothing beyond it before', () => {
    const socket = new FakeSocket();
    const { seen } = follow(socket);
    socket.open();
    serve(socket, 1, 5);
    serve(socket, 9, 11);
    expect(seen).toEqual(upTo(5));
    expect(socket.unsubscribed).toEqual([7]);
    expect(socket.subscriptions.at(-1)).toEqual({ buildId: 7, fromLine: 6 });
    serve(socket, 6, 11);
    expect(seen).toEqual(upTo(11));
  });

  it('begins behind the lines that are to be had elsewhere', () => {
    const socket = new FakeSocket();
    const { seen } = follow(socket, 1_000_000);
    socket.open();
    expect(socket.subscriptions).toEqual([{ buildId: 7, fromLine: 1_000_001 }]);
    serve(socket, 1_000_001, 1_000_003);
    expect(seen).toEqual([1_000_001, 1_000_002, 1_000_003]);
  });

  it('skips what nobody waits for after a long absence, and goes on from there', () => {
    const socket = new FakeSocket();
    const { seen, skips } = follow(socket, 100);
    socket.answer = { ok: true, lastLine: 90_000 };
    socket.open();
    expect(skips).toEqual([90_000]);
    expect(socket.subscriptions.at(-1)).toEqual({ buildId: 7, fromLine: 90_001 });
    serve(socket, 101, 1100);
    serve(socket, 90_001, 90_002);
    expect(seen).toEqual([90_001, 90_002]);
  });

  it('ignores the lines of other builds', () => {
    const socket = new FakeSocket();
    const { seen } = follow(socket);
    socket.open();
    socket.serve('log', { buildId: 8, lines: logLines(1, 3) });
    expect(seen).toEqual([]);
  });

  it('says when the server refuses', () => {
    const socket = new FakeSocket();
    socket.answer = { ok: false, code: 'BUILD_NOT_FOUND', message: 'There is no build 7.' };
    const { refusals } = follow(socket);
    socket.open();
    expect(refusals).toEqual(['BUILD_NOT_FOUND']);
  });

  it('ends the subscription and hears nothing more after stop', () => {
    const socket = new FakeSocket();
    const { client, seen } = follow(socket);
    socket.open();
    client.stop();
    serve(socket, 1, 5);
    expect(socket.unsubscribed).toEqual([7]);
    expect(seen).toEqual([]);
  });
});

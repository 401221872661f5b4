import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { openProxy } from './cloud-proxy.mjs';

const KIB = 1024;

/** What it was asked, and of the last request: how much it got and whether that was all. */
const service = { address: '', asked: [], bytes: 0, ended: Promise.resolve('') };
let proxy;

const server = createServer((request, response) => {
  service.asked.push(`${request.method} ${request.url}`);
  service.bytes = 0;
  request.on('data', (chunk) => (service.bytes += chunk.length));
  service.ended = new Promise((settle) => {
    request.once('close', () => settle(request.complete ? 'whole' : 'broken'));
  });
  request.on('end', () => response.end(JSON.stringify({ endpoint: `${service.address}/v2` })));
});

before(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  service.address = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
  proxy = await openProxy({ image: service.address });
});

after(async () => {
  await proxy.close();
  server.close();
});

test('passes calls on, remembers them, and puts its own address into answers', async () => {
  const body = JSON.stringify({ name: 'a' });
  const answer = await fetch(`${proxy.addressOf('image')}/v2/images?limit=1`, { method: 'POST', body });
  assert.deepEqual(await answer.json(), { endpoint: `${proxy.addressOf('image')}/v2` });
  assert.deepEqual(service.asked, ['POST /v2/images?limit=1']);
  assert.deepEqual(proxy.calls, [{ service: 'image', method: 'POST', path: '/v2/images?limit=1', body }]);
});

test('a call that is held before is not seen by the service, and the next one goes through', async () => {
  service.asked = [];
  const held = proxy.hold(({ path }) => path === '/held');
  const gone = new AbortController();
  const answer = fetch(`${proxy.addressOf('image')}/held`, { signal: gone.signal });
  assert.equal((await held).path, '/held');
  await fetch(`${proxy.addressOf('image')}/next`);
  assert.deepEqual(service.asked, ['GET /next']);
  gone.abort();
  await assert.rejects(answer, { name: 'AbortError' });
});

test('a call that is held after was done by the service, and its answer does not come', async () => {
  service.asked = [];
  const held = proxy.hold(({ method }) => method === 'DELETE', { moment: 'after' });
  const gone = new AbortController();
  const answer = fetch(`${proxy.addressOf('image')}/a`, { method: 'DELETE', signal: gone.signal });
  await held;
  assert.deepEqual(service.asked, ['DELETE /a']);
  gone.abort();
  await assert.rejects(answer, { name: 'AbortError' });
});

test('an upload that is held in its middle gives the service no more than that, and breaks with its sender', async () => {
  const reached = once(server, 'request');
  const held = proxy.hold(({ method }) => method === 'PUT', { afterBytes: 256 * KIB });
  const gone = new AbortController();
  const answer = fetch(`${proxy.addressOf('image')}/a/file`, {
    method: 'PUT',
    body: new Uint8Array(1024 * KIB),
    signal: gone.signal,
  });
  await Promise.all([held, reached]);
  gone.abort();
  await assert.rejects(answer, { name: 'AbortError' });
  assert.equal(await service.ended, 'broken');
  assert.ok(service.bytes < 256 * KIB, `${service.bytes} bytes`);
});

test('an upload that nobody holds arrives whole', async () => {
  const answer = await fetch(`${proxy.addressOf('image')}/a/file`, {
    method: 'PUT',
    body: new Uint8Array(1024 * KIB),
  });
  assert.equal(answer.status, 200);
  assert.equal(service.bytes, 1024 * KIB);
});

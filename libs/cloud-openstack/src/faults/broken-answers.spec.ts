import { describe, expect, it } from '@jest/globals';
import { hang, respond, rewrite, to, truncate } from '../testing/index.js';
import { benches, failureOf, SERVER } from './bench.js';

const open = benches();
const LIST = /\/servers\/detail$/;
const NOVA_VERSION = /\/compute\/v2\.1\/$/;

describe('broken answers', () => {
  it.each([
    ['cut JSON', truncate(), /is no complete JSON document, \d+ characters$/],
    [
      'a page instead of JSON',
      respond(200, '<html><head><title>x</title></head><body>Please log in</body></html>'),
      /is no complete JSON document, \d+ characters: Please log in$/,
    ],
    ['another document', respond(200, { hosts: [] }), /is not what the API promises, at servers: /],
  ])('says where %s came from, and does not ask again', async (_case, effect, text) => {
    const { standIn, cloud } = await open();
    standIn.fault({ match: to('GET', LIST), effect });
    const error = await failureOf(cloud.servers.list());
    const [request, ...more] = standIn.requestsTo('GET', LIST);
    expect(error).toMatchObject({
      code: 'PROTOCOL',
      fault: 'cloud',
      request: {
        method: 'GET',
        path: '/compute/v2.1/servers/detail',
        status: 200,
        requestId: request!.requestId,
      },
    });
    expect(error.message).toContain(
      `Listing servers: the answer to GET /compute/v2.1/servers/detail (200, request ${request!.requestId})`,
    );
    expect(error.message).toMatch(text);
    expect(more).toEqual([]);
  });

  it('does not repeat a new server’s password when its answer is cut', async () => {
    const { standIn, cloud, image } = await open();
    const { id } = await image();
    standIn.fault({
      match: to('POST', /\/servers$/),
      effect: rewrite((answer) => ({ ...answer, body: answer.body.slice(0, -1) })),
    });
    // `failureOf` looks for the password.
    expect(await failureOf(cloud.servers.create({ ...SERVER, imageId: id }))).toMatchObject({
      code: 'PROTOCOL',
    });
    expect(standIn.requestsTo('POST', /\/servers$/)).toHaveLength(1);
  });

  it('repeats the question for versions, and does not call a cloud too old whose Nova was down', async () => {
    const { standIn, cloud } = await open();
    standIn.fault({ match: to('GET', NOVA_VERSION), effect: respond(503, 'no healthy upstream') });
    expect(await failureOf(cloud.servers.list())).toMatchObject({
      code: 'UNREACHABLE',
      request: { status: 503 },
    });
    expect(standIn.requestsTo('GET', NOVA_VERSION)).toHaveLength(3);
    standIn.clearFaults();
    expect((await cloud.status()).details).toMatchObject({ novaMicroversion: '2.93' });
  });

  it.each([
    ['an answer', LIST],
    ['the versions', NOVA_VERSION],
  ])('gives up waiting for %s, and tries once more at most', async (_case, path) => {
    const { standIn, cloud } = await open({ cloud: { answerTimeoutMs: 100 } });
    standIn.fault({ match: to('GET', path), effect: hang() });
    const error = await failureOf(cloud.servers.list());
    expect(error).toMatchObject({ code: 'TIMEOUT', fault: 'cloud', request: { method: 'GET' } });
    expect(error.message).toMatch(/did not answer GET \/compute\/v2\.1\/\S* within 0\.1 s/);
    expect(standIn.requestsTo('GET', path).length).toBeLessThanOrEqual(2);
  });

  it('does not ask for a server again that may be under way', async () => {
    const { standIn, cloud, image } = await open({ cloud: { answerTimeoutMs: 200 } });
    const { id } = await image();
    standIn.fault({ match: to('POST', /\/servers$/), effect: hang() });
    expect(await failureOf(cloud.servers.create({ ...SERVER, imageId: id }))).toMatchObject({
      code: 'TIMEOUT',
    });
    expect(standIn.requestsTo('POST', /\/servers$/)).toHaveLength(1);
  });

  it.each([
    ['an answer', LIST],
    ['the versions', NOVA_VERSION],
  ])('ends within a second when it is cancelled while %s hangs', async (_case, path) => {
    const { standIn, cloud } = await open();
    standIn.fault({ match: to('GET', path), effect: hang() });
    const abort = new AbortController();
    const list = failureOf(cloud.servers.list({}, { signal: abort.signal }));
    while (standIn.requestsTo('GET', path).length === 0) await new Promise((turn) => setTimeout(turn, 5));
    const start = performance.now();
    abort.abort();
    expect(await list).toMatchObject({ code: 'CANCELLED', fault: 'user' });
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('ends what is under way when the cloud is closed', async () => {
    const { standIn, cloud } = await open();
    standIn.fault({ match: to('GET', LIST), effect: hang() });
    const list = failureOf(cloud.servers.list());
    while (standIn.requestsTo('GET', LIST).length === 0) await new Promise((turn) => setTimeout(turn, 5));
    await cloud.close();
    expect(await list).toMatchObject({ code: 'CANCELLED', fault: 'us' });
  });
});

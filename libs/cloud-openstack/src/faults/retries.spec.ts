import { describe, expect, it } from '@jest/globals';
import { breakOff, loseAnswer, reset, respond, to } from '../testing/index.js';
import { benches, failureOf, IMAGE, SERVER } from './bench.js';

const open = benches();
const LIST = /\/servers\/detail$/;
const CREATE = /\/servers$/;

describe('retries', () => {
  it.each([500, 502, 503, 504])('reads again after %i', async (status) => {
    const { standIn, cloud } = await open();
    standIn.fault({ match: to('GET', LIST), times: 2, effect: respond(status, 'upstream') });
    expect(await cloud.servers.list()).toEqual([]);
    expect(standIn.requestsTo('GET', LIST).map((request) => request.status)).toEqual([status, status, 200]);
  });

  it.each([
    [500, 'UNKNOWN'],
    [502, 'UNREACHABLE'],
  ])('gives up reading after the last try, with %i and Nova’s words', async (status, code) => {
    const { standIn, cloud } = await open();
    standIn.fault({
      match: to('GET', LIST),
      effect: respond(status, { computeFault: { code: status, message: 'Unexpected API Error.' } }),
    });
    const error = await failureOf(cloud.servers.list());
    const requests = standIn.requestsTo('GET', LIST);
    expect(error).toMatchObject({ code, fault: 'cloud', request: { status } });
    expect(error.message).toBe(
      `Listing servers: Nova answered ${status} (Unexpected API Error.) to GET /compute/v2.1/servers/detail, expected 200; request ${requests.at(-1)!.requestId}`,
    );
    expect(requests).toHaveLength(3);
  });

  it.each([500, 502, 503])('does not ask for a server again after %i: there might be two', async (status) => {
    const { standIn, cloud, image } = await open();
    const { id } = await image();
    standIn.fault({ match: to('POST', CREATE), effect: respond(status, 'upstream', { 'retry-after': '0' }) });
    expect(await failureOf(cloud.servers.create({ ...SERVER, imageId: id }))).toMatchObject({
      request: { method: 'POST', status },
    });
    expect(standIn.requestsTo('POST', CREATE)).toHaveLength(1);
    expect(standIn.servers()).toEqual([]);
  });

  it('does not ask for a server again when the answer is lost, and finds the server by its owner', async () => {
    const { standIn, cloud, image } = await open();
    const { id } = await image();
    standIn.fault({ match: to('POST', CREATE), effect: loseAnswer() });
    const error = await failureOf(cloud.servers.create({ ...SERVER, imageId: id }));
    expect(error).toMatchObject({
      code: 'UNREACHABLE',
      request: { method: 'POST', path: '/compute/v2.1/servers' },
    });
    expect(standIn.requestsTo('POST', CREATE)).toHaveLength(1);
    const [left, ...more] = await cloud.servers.list({ installationId: 'bench' });
    expect(more).toEqual([]);
    await cloud.servers.delete(left!.id);
    expect(standIn.servers()).toEqual([]);
  });

  it('returns a server that was accepted although it cannot be read', async () => {
    const { standIn, cloud, image } = await open();
    const { id } = await image();
    standIn.fault({ match: to('GET', /\/servers\/[^/]{36}$/), times: 3, effect: respond(500, 'oops') });
    const server = await cloud.servers.create({ ...SERVER, imageId: id });
    expect(server).toMatchObject({
      id: standIn.servers()[0]!.id,
      status: 'BUILD',
      ownership: SERVER.ownership,
    });
    await cloud.servers.delete(server.id);
    expect(standIn.servers()).toEqual([]);
  });

  it.each([
    ['seconds', () => '1', 900],
    // A date has no fractions of a second: up to one of them is lost.
    ['a date', () => new Date(Date.now() + 2000).toUTCString(), 900],
  ])('waits as long as 429 asks for in %s, also before a POST', async (_form, retryAfter, leastMs) => {
    const { standIn, cloud } = await open();
    standIn.fault({
      match: to('POST', /\/images$/),
      times: 1,
      effect: respond(
        429,
        { overLimit: { code: 429, message: 'Slow down.' } },
        { 'retry-after': retryAfter() },
      ),
    });
    await cloud.servers.list();
    const start = performance.now();
    await cloud.images.create(IMAGE);
    expect(performance.now() - start).toBeGreaterThan(leastMs);
    expect(standIn.requestsTo('POST', /\/images$/).map(({ status }) => status)).toEqual([429, 201]);
    expect(standIn.images()).toHaveLength(1);
  });

  it('says that the cloud wants fewer requests when 429 does not end', async () => {
    const { standIn, cloud } = await open();
    standIn.fault({ match: to('GET', LIST), effect: respond(429, '', { 'retry-after': '0' }) });
    expect(await failureOf(cloud.servers.list())).toMatchObject({ code: 'RATE_LIMITED', fault: 'cloud' });
    expect(standIn.requestsTo('GET', LIST)).toHaveLength(3);
  });

  it('does not wait longer than its own longest pause', async () => {
    const { standIn, cloud } = await open({
      cloud: { retry: { attempts: 2, pauseMs: 1, longestPauseMs: 20 } },
    });
    standIn.fault({ match: to('GET', LIST), times: 1, effect: respond(503, '', { 'retry-after': '3600' }) });
    expect(await cloud.servers.list()).toEqual([]);
  });

  it('ends a pause that Retry-After asked for at once when it is cancelled', async () => {
    const { standIn, cloud } = await open({
      cloud: { retry: { attempts: 3, pauseMs: 1, longestPauseMs: 60_000 } },
    });
    standIn.fault({ match: to('GET', LIST), effect: respond(503, '', { 'retry-after': '60' }) });
    const abort = new AbortController();
    const list = failureOf(cloud.servers.list({}, { signal: abort.signal }));
    setTimeout(() => {
      abort.abort();
    }, 100);
    expect(await list).toMatchObject({ code: 'CANCELLED' });
    expect(standIn.requestsTo('GET', LIST)).toHaveLength(1);
  });

  it.each([
    ['is reset', reset()],
    ['ends in the middle of the answer', breakOff()],
  ])('reads again when the connection %s', async (_case, effect) => {
    const { standIn, cloud } = await open();
    standIn.fault({ match: to('GET', LIST), times: 1, effect });
    expect(await cloud.servers.list()).toEqual([]);
    expect(standIn.requestsTo('GET', LIST)).toHaveLength(2);
  });

  it('asks a second time to delete when the first answer is lost', async () => {
    const { standIn, cloud } = await open();
    const { id } = await cloud.images.create(IMAGE);
    standIn.fault({ match: to('DELETE', /images/), times: 1, effect: loseAnswer() });
    await cloud.images.delete(id);
    expect(standIn.requestsTo('DELETE', /images/).map(({ status }) => status)).toEqual([undefined, 404]);
    expect(standIn.images()).toEqual([]);
  });

  it('repeats a change that says what shall be, and not one that removes', async () => {
    const { standIn, cloud } = await open();
    const { id } = await cloud.images.create({ ...IMAGE, properties: { stage: 'test' } });
    standIn.fault({ match: to('PATCH', /images/), times: 1, effect: loseAnswer() });
    expect(await cloud.images.update(id, { name: 'renamed' })).toMatchObject({ name: 'renamed' });
    expect(standIn.requestsTo('PATCH', /images/)).toHaveLength(2);
    standIn.fault({ match: to('PATCH', /images/), times: 1, effect: loseAnswer() });
    expect(await failureOf(cloud.images.update(id, { properties: { stage: null } }))).toMatchObject({
      code: 'UNREACHABLE',
    });
    expect(standIn.requestsTo('PATCH', /images/)).toHaveLength(3);
  });
});

import { describe, expect, it } from '@jest/globals';
import { BUILDER, hang, respond, to } from '../testing/index.js';
import { benches, failureOf, IMAGE } from './bench.js';

const open = benches();
const LOGIN = /\/auth\/tokens$/;

describe('authentication', () => {
  it('logs in once for many calls at the same moment', async () => {
    const { standIn, cloud } = await open();
    await Promise.all(Array.from({ length: 10 }, () => cloud.servers.list()));
    expect(standIn.requestsTo('POST', LOGIN)).toHaveLength(1);
  });

  it('logs in once more when the token is refused in mid-flow, whatever the number of calls', async () => {
    const { standIn, cloud } = await open();
    await cloud.servers.list();
    standIn.revokeTokens();
    const lists = await Promise.all(Array.from({ length: 10 }, () => cloud.servers.list()));
    expect(lists).toHaveLength(10);
    expect(standIn.requestsTo('POST', LOGIN)).toHaveLength(2);
    expect(standIn.requestsTo('GET', /servers\/detail$/).filter(({ status }) => status === 401)).toHaveLength(
      10,
    );
  });

  it('sends an upload again, from its beginning, when the token is refused before it', async () => {
    const { standIn, cloud, file } = await open();
    const { id } = await cloud.images.create(IMAGE);
    standIn.fault({
      match: to('PUT', /\/file$/),
      times: 1,
      effect: respond(401, {
        error: { code: 401, message: 'The request you have made requires authentication.' },
      }),
    });
    expect(await cloud.images.upload(id, await file(3_000_000))).toMatchObject({
      status: 'active',
      sizeBytes: 3_000_000,
    });
    expect(standIn.requestsTo('POST', LOGIN)).toHaveLength(2);
  });

  it('takes a new token before the old one ends', async () => {
    const { standIn, cloud } = await open({ settings: { tokenLifeMs: 30_000 } });
    await cloud.servers.list();
    standIn.settings.tokenLifeMs = 3_600_000;
    const before = standIn.requestsTo('POST', LOGIN).length;
    await cloud.servers.list();
    await cloud.servers.list();
    expect(standIn.requestsTo('POST', LOGIN)).toHaveLength(before + 1);
    expect(standIn.requests.filter(({ status }) => status === 401)).toEqual([]);
  });

  it('asks Keystone no more for a while once it refused the credentials, and then again', async () => {
    const { standIn, cloud } = await open({
      environment: { OS_PASSWORD: 'wrong-9Xc4' },
      cloud: { retry: { attempts: 3, pauseMs: 5, longestPauseMs: 5000, refusedMs: 300 } },
    });
    for (let calls = 0; calls < 5; calls += 1) await failureOf(cloud.servers.list());
    expect(standIn.requestsTo('POST', LOGIN)).toHaveLength(1);
    await new Promise((settle) => setTimeout(settle, 350));
    await failureOf(cloud.servers.list());
    expect(standIn.requestsTo('POST', LOGIN)).toHaveLength(2);
  });

  it('says which settings Keystone may have refused, in its words, and asks it once', async () => {
    const { standIn, cloud } = await open({ environment: { OS_PASSWORD: 'wrong-9Xc4' } });
    const error = await failureOf(cloud.servers.list());
    const [login] = standIn.requests;
    expect(error).toMatchObject({
      code: 'UNAUTHORIZED',
      fault: 'user',
      message: `Keystone at ${new URL(standIn.authUrl).origin} refused the credentials: The request you have made requires authentication. (request ${login!.requestId})`,
      request: { method: 'POST', path: '/identity/v3/auth/tokens', status: 401, requestId: login!.requestId },
    });
    expect(error.advice).toBe(
      'Keystone does not say which of them is wrong: check OS_USERNAME, OS_USER_DOMAIN_NAME, OS_PASSWORD, OS_PROJECT_NAME, OS_PROJECT_DOMAIN_NAME.',
    );
    expect(`${error.message}${error.advice ?? ''}`).not.toContain('wrong-9Xc4');
    expect(standIn.requests).toHaveLength(1);
  });

  it.each([
    ['id', { OS_APPLICATION_CREDENTIAL_ID: BUILDER.credential.id }],
    ['name', { OS_APPLICATION_CREDENTIAL_NAME: BUILDER.credential.name }],
  ])('logs in with an application credential by %s', async (_by, credential) => {
    const { standIn, cloud } = await open({
      environment: { ...credential, OS_APPLICATION_CREDENTIAL_SECRET: BUILDER.credential.secret },
    });
    expect(await cloud.servers.list()).toEqual([]);
    expect(standIn.requests[0]?.body).toMatchObject({
      auth: { identity: { methods: ['application_credential'] } },
    });
  });

  it('blames the cloud when a service does not take a token fresh from Keystone', async () => {
    const { standIn, cloud } = await open();
    standIn.fault({
      match: to('GET', /servers\/detail$/),
      effect: respond(401, { error: { message: 'No.' } }),
    });
    const error = await failureOf(cloud.servers.list());
    expect(error).toMatchObject({ code: 'UNAUTHORIZED', fault: 'cloud' });
    expect(error.advice).toContain('Nova does not take its tokens');
    expect(standIn.requestsTo('POST', LOGIN)).toHaveLength(2);
    expect(standIn.requestsTo('GET', /servers\/detail$/)).toHaveLength(2);
  });

  it('repeats the login while Keystone is down, and says in the end that it is', async () => {
    const { standIn, cloud } = await open();
    standIn.fault({ match: to('POST', LOGIN), times: 2, effect: respond(503, 'no healthy upstream') });
    expect(await cloud.servers.list()).toEqual([]);
    expect(standIn.requestsTo('POST', LOGIN)).toHaveLength(3);

    standIn.revokeTokens();
    standIn.fault({ match: to('POST', LOGIN), effect: respond(503, 'no healthy upstream') });
    const error = await failureOf(cloud.servers.list());
    expect(error).toMatchObject({ code: 'UNREACHABLE', request: { status: 503 } });
    expect(error.message).toContain('Keystone answered 503 (no healthy upstream)');
    expect(standIn.requestsTo('POST', LOGIN)).toHaveLength(6);
  });

  it('lets one caller go who cancels while all wait for Keystone', async () => {
    const { standIn, cloud } = await open({ cloud: { answerTimeoutMs: 400 } });
    standIn.fault({ match: to('POST', LOGIN), times: 1, effect: hang() });
    const abort = new AbortController();
    const cancelled = failureOf(cloud.servers.list({}, { signal: abort.signal }));
    const waiting = failureOf(cloud.servers.list());
    setTimeout(() => {
      abort.abort();
    }, 50);
    expect(await cancelled).toMatchObject({ code: 'CANCELLED' });
    expect(await waiting).toMatchObject({ code: 'TIMEOUT' });
    expect(standIn.requestsTo('POST', LOGIN)).toHaveLength(1);
  });
});

import { describe, expect, it } from '@jest/globals';
import { generate } from 'selfsigned';
import { configureClouds, createOpenStackCloud } from '../index.js';
import { reset, rewrite, respond, to } from '../testing/index.js';
import { benches, failureOf } from './bench.js';

const open = benches();
const NEEDS = { diskGb: 1, memoryMb: 64, imageBytes: 1000 };

async function certificate(): Promise<{ key: string; cert: string }> {
  const made = await generate([{ name: 'commonName', value: 'stand-in' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  return { key: made.private, cert: made.cert };
}

describe('the catalog', () => {
  it('says that there is no Nova, and only that', async () => {
    const { standIn, cloud } = await open({ settings: { services: ['image', 'network'] } });
    expect(await cloud.preflight(NEEDS)).toEqual([
      expect.objectContaining({
        code: 'NO_SERVICE',
        message:
          'The catalog of project images has no Nova (compute) in region RegionOne with interface public',
      }),
    ]);
    expect(await cloud.status()).toMatchObject({ reachable: false, problem: { code: 'NO_SERVICE' } });
    expect(standIn.requestsTo('POST', /servers/)).toEqual([]);
  });

  it('lists the regions there are when the wanted one is not among them', async () => {
    const { cloud } = await open({
      settings: { region: 'RegionTwo' },
      environment: { OS_REGION_NAME: 'RegionOne' },
    });
    const [problem] = await cloud.preflight(NEEDS);
    expect(problem).toMatchObject({
      code: 'NO_SERVICE',
      advice: 'Check OS_REGION_NAME (the catalog’s regions: RegionTwo) and OS_INTERFACE.',
    });
  });

  it('says that the catalog is empty', async () => {
    const { cloud } = await open({ settings: { services: [] } });
    const [problem] = await cloud.preflight(NEEDS);
    expect(problem?.advice).toContain('The catalog is empty');
  });
});

describe('the way to the cloud', () => {
  it('says that nothing listens, after the last try', async () => {
    const { standIn, cloud } = await open();
    await standIn.close();
    const error = await failureOf(cloud.servers.list());
    expect(error).toMatchObject({
      code: 'UNREACHABLE',
      fault: 'cloud',
      request: { method: 'POST', path: '/identity/v3/auth/tokens' },
    });
    expect(error.message).toMatch(
      /POST \/identity\/v3\/auth\/tokens on 127\.0\.0\.1:\d+ failed: connection refused$/,
    );
    expect(error.advice).toContain('(OS_AUTH_URL)');
    expect(await cloud.status()).toMatchObject({ reachable: false, problem: { code: 'UNREACHABLE' } });
  });

  it('follows a catalog that changes, and says that an address in it leads nowhere', async () => {
    const { standIn, cloud } = await open();
    await cloud.images.list();
    const elsewhere = (url: string) => {
      standIn.fault({
        match: to('POST', /\/auth\/tokens$/),
        effect: rewrite((answer) => ({
          ...answer,
          body: answer.body.replaceAll(/"http:\/\/[^"]+\/image"/g, JSON.stringify(url)),
        })),
      });
    };
    elsewhere('http://127.0.0.1:1/image');
    standIn.revokeTokens();
    await cloud.servers.list();
    const error = await failureOf(cloud.images.list());
    expect(error).toMatchObject({
      code: 'UNREACHABLE',
      advice:
        'Check that the service at http://127.0.0.1:1 runs and that this machine reaches it; the address is from Keystone’s catalog (OS_INTERFACE chooses among its interfaces).',
    });
    standIn.clearFaults();
    // No token has ended meanwhile.
    expect(await cloud.images.list()).toEqual([]);
    standIn.settings.services = ['image', 'network'];
    standIn.revokeTokens();
    await cloud.images.list();
    expect(await failureOf(cloud.servers.list())).toMatchObject({ code: 'NO_SERVICE' });
    standIn.settings.services = ['image', 'compute', 'network'];
    expect(await cloud.servers.list()).toEqual([]);
  });

  it('says that the connection was closed, whichever service did it', async () => {
    const { standIn, cloud } = await open();
    standIn.fault({ match: to('GET', /networks$/), effect: reset() });
    const problems = await cloud.preflight(NEEDS);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: 'UNREACHABLE' });
    expect(problems[0]?.message).toMatch(
      /^Looking for network private: GET \/networking\/v2\.0\/networks on /,
    );
    expect(standIn.requestsTo('GET', /networks$/)).toHaveLength(3);
  });

  it('says that the URL leads to no Keystone', async () => {
    const { standIn, cloud } = await open();
    standIn.fault({ match: to('POST', /tokens$/), effect: respond(404, 'Not Found') });
    const error = await failureOf(cloud.servers.list());
    expect(error).toMatchObject({ code: 'NO_SERVICE', fault: 'user', advice: 'Check OS_AUTH_URL.' });
    expect(error.message).toContain(`There is no Keystone v3 at ${standIn.authUrl}/v3: it answered 404`);
  });

  it('refuses a certificate that it does not know, at once, and says how to trust it', async () => {
    const { standIn, cloud } = await open({
      tls: await certificate(),
      cloud: { retry: { attempts: 4, pauseMs: 60_000, longestPauseMs: 60_000 } },
    });
    const error = await failureOf(cloud.servers.list());
    expect(error).toMatchObject({ code: 'UNREACHABLE' });
    expect(error.advice).toBe(
      'The server’s certificate is not trusted: set OS_CACERT to the CA’s certificate (or OS_INSECURE=1 for a try).',
    );
    expect(standIn.requests).toEqual([]);
  });

  it('accepts a certificate that it was told to trust', async () => {
    const tls = await certificate();
    const { standIn } = await open({ tls });
    const [settings] = configureClouds(standIn.environment(), undefined).clouds;
    const cloud = createOpenStackCloud({
      ...settings!,
      credentials: { ...settings!.credentials, ca: tls.cert },
    });
    expect(await cloud.servers.list()).toEqual([]);
    await cloud.close();
  });

  it('accepts any certificate when it is told not to look', async () => {
    const { cloud } = await open({ tls: await certificate(), environment: { OS_INSECURE: '1' } });
    expect(await cloud.servers.list()).toEqual([]);
  });

  it('says that the port does not speak TLS, and does not blame a certificate', async () => {
    const { standIn, cloud } = await open();
    const [settings] = configureClouds(standIn.environment(), undefined).clouds;
    const credentials = { ...settings!.credentials, authUrl: standIn.authUrl.replace('http:', 'https:') };
    const secure = createOpenStackCloud({ ...settings!, credentials });
    const error = await failureOf(secure.servers.list());
    expect(error.advice).toBe(
      'The port does not speak TLS as we do: check whether OS_AUTH_URL should begin with http:// instead.',
    );
    await secure.close();
    await cloud.close();
  });
});

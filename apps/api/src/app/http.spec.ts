import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BuildView, DistroView, Page, BuildSummary, Problem } from '@image-manager/contracts';
import { startTestApp, type TestApp } from '../testing/test-app.js';

describe('the HTTP API', () => {
  let api: TestApp;

  beforeAll(async () => {
    api = await startTestApp();
  });
  afterAll(() => api.close());

  const problemOf = async (response: Response): Promise<Problem> => {
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const problem = (await response.json()) as Problem;
    expect(problem.requestId).toBe(response.headers.get('x-request-id'));
    expect(problem.status).toBe(response.status);
    return problem;
  };
  const history = async () => ((await (await api.request('/api/builds')).json()) as Page<BuildSummary>).total;

  it('tells its health without credentials and nothing else', async () => {
    expect((await fetch(`${api.url}/api/health`)).status).toBe(200);
    for (const path of ['/api/distros', '/api/docs', '/', '/builds/1']) {
      const response = await fetch(`${api.url}${path}`);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('Basic');
      expect((await problemOf(response)).code).toBe('UNAUTHORIZED');
    }
  });

  it('tells a person in a browser where user name and password stand, and programs as everywhere', async () => {
    const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    const ask = (path: string, headers: Record<string, string>) => fetch(`${api.url}${path}`, { headers });
    const page = await ask('/builds/1', { accept, authorization: 'Basic eDp5' });
    expect(page.status).toBe(401);
    expect(page.headers.get('www-authenticate')).toContain('Basic');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    const text = await page.text();
    for (const words of ['HTTP_PASSWORD', 'config.env', 'Sign in again', 'Войти ещё раз'])
      expect(text).toContain(words);
    expect(text).not.toContain('<script');
    await problemOf(await ask('/api/distros', { accept }));
    await problemOf(await ask('/', { accept: '*/*' }));
  });

  it('refuses wrong credentials', async () => {
    for (const text of ['operator:wrong', 'wrong:correct horse', 'operator', '', ':']) {
      const authorization = `Basic ${Buffer.from(text).toString('base64')}`;
      expect((await api.request('/api/distros', { headers: { authorization } })).status).toBe(401);
    }
    expect((await api.request('/api/distros', { headers: { authorization: 'Bearer x' } })).status).toBe(401);
  });

  it('compresses what it answers', async () => {
    const response = await api.request('/api/openapi.json', { headers: { 'accept-encoding': 'gzip' } });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(response.headers.get('vary')).toContain('Accept-Encoding');
  });

  it('lists the definitions with their end of life', async () => {
    const distros = (await (await api.request('/api/distros')).json()) as DistroView[];
    expect(distros.map(({ id }) => id)).toEqual(['debian-12', 'ubuntu-24.04']);
    expect(distros[0]?.endOfLife?.phases.map(({ phase }) => phase)).toContain('lts');
  });

  it('takes in a definition that is dropped into the folder, and lists a broken one with its error', async () => {
    writeFileSync(join(api.distrosPath, 'broken.yaml'), 'id: broken\ndisplayName: [\n');
    let broken: DistroView | undefined;
    for (let tries = 0; tries < 50 && !broken; tries += 1) {
      await sleep(100);
      const response = await api.request('/api/distros/broken');
      if (response.ok) broken = (await response.json()) as DistroView;
    }
    expect(broken?.problems[0]).toMatchObject({ file: 'broken.yaml' });
    expect(broken?.problems[0]?.line).toBeGreaterThan(1);
    expect((await api.request('/api/distros/debian-12')).status).toBe(200);
    const response = await api.post('/api/builds', { distroId: 'broken' });
    expect(response.status).toBe(409);
    expect((await problemOf(response)).code).toBe('BROKEN_DEFINITION');
  });

  it('starts a build from what the file says now', async () => {
    writeFileSync(join(api.distrosPath, 'fresh.yaml'), 'id: fresh\n');
    const response = await api.post('/api/builds', { distroId: 'fresh' });
    expect((await problemOf(response)).code).toBe('BROKEN_DEFINITION');
  });

  it.each([
    ['an unknown distro', { distroId: 'plan-9' }, 404, 'UNKNOWN_DISTRO'],
    ['no distro', {}, 400, 'INVALID_INPUT'],
    ['a distro of the wrong type', { distroId: 12 }, 400, 'INVALID_INPUT'],
    ['an unknown field', { distroId: 'debian-12', colour: 'red' }, 400, 'INVALID_INPUT'],
    ['packages of the wrong type', { distroId: 'debian-12', packages: 'htop' }, 400, 'INVALID_INPUT'],
    ['a package that is none', { distroId: 'debian-12', packages: ['; rm -rf /'] }, 400, 'INVALID_INPUT'],
    ['an argument with blanks', { distroId: 'debian-12', dibArguments: ['-x y'] }, 400, 'INVALID_INPUT'],
    ['an artifact that is none', { distroId: 'debian-12', artifactOf: 4711 }, 409, 'ARTIFACT_UNUSABLE'],
    ['a body that is no object', [], 400, 'INVALID_INPUT'],
    ['broken JSON', '{"distroId":', 400, 'BAD_REQUEST'],
    ['a body nested deep', `{"a":${'['.repeat(49_000)}${']'.repeat(49_000)}}`, 400, 'INVALID_INPUT'],
    ['an oversized body', { distroId: 'x'.repeat(200_000) }, 413, 'PAYLOAD_TOO_LARGE'],
  ])('refuses %s and queues nothing', async (_what, body, status, code) => {
    const before = await history();
    const response = await api.post('/api/builds', body);
    expect(response.status).toBe(status);
    expect((await problemOf(response)).code).toBe(code);
    expect(await history()).toBe(before);
  });

  it('names the field that is wrong', async () => {
    const problem = await problemOf(
      await api.post('/api/builds', { distroId: 'debian-12', packages: ['ok', '!'] }),
    );
    expect(problem.errors?.[0]).toEqual({
      field: 'packages.1',
      message: 'must be the name of a package',
    });
  });

  it.each([
    ['/api/builds/4711', 404],
    ['/api/builds/abc', 400],
    ['/api/builds/4711/log', 404],
    ['/api/builds/4711/log.txt', 404],
    ['/api/builds?page=0', 400],
    ['/api/builds?pageSize=1000', 400],
    ['/api/builds?status=glorious', 400],
    ['/api/builds?colour=red', 400],
    ['/api/builds?status=failed&status=glorious', 400],
    ['/api/builds?from=yesterday', 400],
    ['/api/builds/4711/log/search?q=x', 404],
    ['/api/builds/4711/log/search', 400],
    ['/api/builds/4711/log/search?q=x&regex=maybe', 400],
    ['/api/builds/4711/log/search?q=(x&regex=true', 400],
    ['/api/builds/4711/log/marks', 404],
    ['/api/builds/4711/packages', 404],
    ['/api/builds/4711/package-difference', 404],
    ['/api/builds/4711/package-difference?against=x', 400],
    ['/api/clouds/local/images/none/deletion', 404],
    ['/api/clouds/cumulus/images', 404],
    ['/api/nothing', 404],
  ])('answers GET %s with %i and a problem', async (path, status) => {
    const response = await api.request(path);
    expect(response.status).toBe(status);
    await problemOf(response);
  });

  it.each([
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'content-type': 'text/plain' }, 415],
    [{ 'content-type': 'application/x-www-form-urlencoded' }, 415],
  ])('refuses a state change with %j, though its credentials are right', async (headers, status) => {
    const before = await history();
    const response = await api.post('/api/builds', { distroId: 'debian-12' }, headers);
    expect(response.status).toBe(status);
    await problemOf(response);
    expect(await history()).toBe(before);
  });

  it('documents itself with problem documents', async () => {
    expect((await api.request('/api/docs')).status).toBe(200);
    const document = (await (await api.request('/api/openapi.json')).json()) as {
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
    };
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/api/builds',
        '/api/builds/{id}/log',
        '/api/distros',
        '/api/clouds',
        '/api/health',
      ]),
    );
    expect(Object.keys(document.paths['/api/builds']?.['post']?.responses ?? {})).toEqual(
      expect.arrayContaining(['201', '400', '404', '409']),
    );
  });

  it('cancels a build that waits, once', async () => {
    // Two builds of one definition: the second waits behind the first, which fails or is cancelled in its preflight.
    const ids: number[] = [];
    for (let count = 0; count < 2; count += 1) {
      const response = await api.post('/api/builds', { distroId: 'ubuntu-24.04' });
      expect(response.status).toBe(201);
      ids.push(((await response.json()) as BuildView).id);
    }
    for (const id of ids.reverse()) await api.post(`/api/builds/${id}/cancel`, {});
    for (const id of ids) {
      let build: BuildView;
      do {
        await sleep(50);
        build = (await (await api.request(`/api/builds/${id}`)).json()) as BuildView;
      } while (build.status === 'queued' || build.status === 'running');
      expect(['cancelled', 'failed']).toContain(build.status);
      const again = await api.post(`/api/builds/${id}/cancel`, {});
      expect(again.status).toBe(409);
      expect((await problemOf(again)).code).toBe('ALREADY_ENDED');
    }
  });
});

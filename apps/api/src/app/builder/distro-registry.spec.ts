import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DistroView } from '@image-manager/contracts';
import { startTestApp, type TestApp } from '../../testing/test-app.js';

describe('the distros folder', () => {
  let api: TestApp;
  const added = ['pipe.yaml', 'folder.yaml', 'large.yaml', 'link.yaml'];
  beforeAll(async () => {
    api = await startTestApp();
    const path = (name: string) => join(api.distrosPath, name);
    execFileSync('mkfifo', [path('pipe.yaml')]);
    mkdirSync(path('folder.yaml'));
    writeFileSync(path('large.yaml'), `id: large\nx: ${'y'.repeat(3 * 1024 ** 2)}`);
    symlinkSync('debian-12.yaml', path('link.yaml'));
  });
  afterAll(async () => {
    await api.close();
  });

  it('names what is no file or too large, and hangs at none of it', async () => {
    // Looks at the folder first.
    const created = await api.post('/api/builds', { distroId: 'none' });
    expect(created.status).toBe(404);
    const distros = (await (await api.request('/api/distros')).json()) as DistroView[];
    const problems = new Map(distros.map(({ id, problems: [first] }) => [id, first?.message]));
    expect(Object.fromEntries(problems)).toMatchObject({
      pipe: 'is not a regular file',
      folder: 'is not a regular file',
      large: 'is larger than 256 KiB',
      link: 'must be "link", the file\'s name',
      'debian-12': undefined,
    });
  });

  it('keeps a definition beside which a second file of its id appears', async () => {
    const twin = join(api.distrosPath, 'debian-12.yml');
    writeFileSync(twin, 'id: [');
    await api.post('/api/builds', { distroId: 'none' });
    const distros = (await (await api.request('/api/distros')).json()) as DistroView[];
    const problems = (wanted: string) => distros.find(({ id }) => id === wanted)?.problems;
    expect(problems('debian-12')).toEqual([]);
    expect(problems('debian-12.yml')?.[0]?.message).toBe(
      'has the same id as debian-12.yaml, which counts: rename or remove one of them',
    );
    rmSync(twin);
  });

  it('goes on once they are gone', async () => {
    for (const name of added) rmSync(join(api.distrosPath, name), { recursive: true });
    expect((await api.post('/api/builds', { distroId: 'none' })).status).toBe(404);
    const distros = (await (await api.request('/api/distros')).json()) as DistroView[];
    expect(distros.map(({ id }) => id).sort()).toEqual(['debian-12', 'ubuntu-24.04']);
  });
});

import 'reflect-metadata';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILDER, hang, startStandIn, type StandIn } from '@image-manager/cloud-openstack/testing';
import type { BuildView, CloudView } from '@image-manager/contracts';
import { startTestApp, type TestApp } from '../../testing/test-app.js';

describe('several clouds, one of which is configured wrongly', () => {
  let standIn: StandIn;
  let api: TestApp;
  let folder: string;

  beforeAll(async () => {
    standIn = await startStandIn();
    folder = mkdtempSync(join(tmpdir(), 'clouds-'));
    const path = join(folder, 'clouds.yaml');
    const { user, project, password } = BUILDER;
    const auth = { auth_url: standIn.authUrl, username: user.name, project_name: project.name };
    const clouds = {
      lab: { auth: { ...auth, password }, image_manager: { flavor: 'm1.tiny', network: 'private' } },
      production: { auth },
    };
    writeFileSync(path, JSON.stringify({ clouds }));
    api = await startTestApp({ OS_CLOUD: 'lab,production', OS_CLIENT_CONFIG_FILE: path });
  }, 30_000);
  afterAll(async () => {
    await api.close();
    await standIn.close();
    rmSync(folder, { recursive: true });
  });

  const look = async () => (await (await api.request('/api/clouds')).json()) as CloudView[];

  it('shows that one as unreachable, with the name of the setting', async () => {
    const [lab, production] = await look();
    expect(lab).toMatchObject({ name: 'lab', reachable: true });
    expect(production).toMatchObject({ name: 'production', kind: 'openstack', reachable: false });
    expect(production?.problem?.message).toMatch(/auth\.password is not set/);
  });

  it('says since when, and the same at the next look', async () => {
    const since = async () => (await look())[1]?.unreachableSince;
    const first = await since();
    expect(Date.parse(first ?? '')).toBeLessThanOrEqual(Date.now());
    expect(await since()).toBe(first);
  });

  it('lists the names without asking any cloud, and describes one alone', async () => {
    standIn.fault({ match: () => true, effect: hang() });
    const names = await (await api.request('/api/cloud-names')).json();
    expect(names).toEqual([
      { name: 'lab', kind: 'openstack' },
      { name: 'production', kind: 'openstack' },
    ]);
    standIn.clearFaults();
    const lab = (await (await api.request('/api/clouds/lab')).json()) as CloudView;
    expect(lab).toMatchObject({ name: 'lab', reachable: true });
    expect(lab.unreachableSince).toBeUndefined();
    expect((await api.request('/api/clouds/nowhere')).status).toBe(404);
  });

  it('takes a build for both: the other cloud is not held back', async () => {
    const response = await api.post('/api/builds', { distroId: 'debian-12' });
    expect(response.status).toBe(201);
    const { id, clouds } = (await response.json()) as BuildView;
    expect(clouds).toEqual(['lab', 'production']);
    await api.post(`/api/builds/${id}/cancel`, {});
  });

  it('shows the others in time when one hangs', async () => {
    standIn.fault({ match: () => true, effect: hang() });
    const began = performance.now();
    const [lab, production] = await look();
    expect(performance.now() - began).toBeLessThan(12_000);
    expect(lab).toMatchObject({ name: 'lab', reachable: false, problem: { code: 'TIMEOUT' } });
    expect(production?.name).toBe('production');
    standIn.clearFaults();
  }, 20_000);
});

import { TestBed } from '@angular/core/testing';
import type { BuildView } from '@image-manager/contracts';
import { Clock } from '../live/clock';
import { Live } from '../live/live';
import { Notices } from '../shell/notices';
import { failedBuild, problem } from '../testing/fixtures';
import { Screen } from '../testing/screen';

const running = { ...failedBuild, status: 'running' as const, canCancel: true, canRetry: false, logLines: 0 };
const curl = { name: 'curl', architecture: 'amd64' };

async function openPackages(screen: Screen, against: number | null): Promise<void> {
  await screen.answer('/api/builds/41', failedBuild);
  await screen.answer('/api/builds/41/packages', [
    {
      cloud: 'local',
      kernelRelease: '6.1.0-41-amd64',
      packages: [
        { ...curl, version: '8.0-2' },
        { ...curl, name: 'zstd', version: '1.5' },
      ],
    },
  ]);
  await screen.answer('/api/builds/41/package-difference', {
    cloud: 'local',
    against,
    added: against === null ? [] : [{ ...curl, name: 'htop', version: '3.2' }],
    removed: against === null ? [] : [{ ...curl, name: 'nano', version: '7.2' }],
    changed: against === null ? [] : [{ ...curl, from: '8.0-1', to: '8.0-2' }],
    same: 310,
  });
}

describe('Build page', () => {
  it.each(['99999999999999999999999', '9007199254740993'])('knows that there is no build %s', async (id) => {
    const screen = await Screen.open(`/builds/${id}`);
    expect(screen.text()).toContain(`There is no build ${id}`);
    screen.http.expectNone(({ url }) => url.startsWith('/api/builds'));
  });

  it('lets no time pass for a build while the server is away', async () => {
    const screen = await Screen.open('/builds/41');
    screen.socket.open();
    const startedAt = new Date(Date.now() - 60_000).toISOString();
    await screen.answer('/api/builds/41', { ...running, startedAt, finishedAt: undefined });
    const clock = TestBed.inject(Clock);
    screen.socket.lose();
    const lost = clock.known();
    await new Promise((settle) => setTimeout(settle, 1_200));
    expect(clock.now()).toBeGreaterThan(lost);
    expect(clock.known()).toBe(TestBed.inject(Live).lostAt());
    screen.socket.open();
    expect(clock.known()).toBe(clock.now());
  });

  it('asks before it cancels, and says what it did', async () => {
    const screen = await Screen.open('/builds/41');
    await screen.answer('/api/builds/41', running);
    await screen.press('Cancel…');
    expect(screen.dialog()?.textContent).toContain('A promotion that has begun is completed first.');
    screen.http.expectNone('/api/builds/41/cancel');
    await screen.confirm('Cancel the build');
    await screen.answer('/api/builds/41/cancel', running);
    expect(TestBed.inject(Notices).all()).toMatchObject([{ text: 'Build 41 is being cancelled' }]);
  });

  it('goes on from its heading when the button that held the focus is gone', async () => {
    const screen = await Screen.open('/builds/41');
    await screen.answer('/api/builds/41', running);
    const button = [...screen.element().querySelectorAll('button')].find((one) => one.textContent.includes('Cancel…')); // prettier-ignore
    button!.focus();
    await screen.press('Cancel…');
    await screen.confirm('Cancel the build');
    await screen.answer('/api/builds/41/cancel', running);
    await screen.answer('/api/builds/41', { ...running, status: 'cancelled', canCancel: false });
    expect(document.activeElement).toBe(screen.element().querySelector('h1'));
  });

  it('offers a cancel that failed once more', async () => {
    const screen = await Screen.open('/builds/41');
    await screen.answer('/api/builds/41', running);
    await screen.press('Cancel…');
    await screen.confirm('Cancel the build');
    await screen.fail('/api/builds/41/cancel', 503, { ...problem, code: 'BUSY' });
    const notices = TestBed.inject(Notices);
    expect(notices.all()).toMatchObject([{ problem: { code: 'BUSY' } }]);
    notices.repeat(notices.all()[0]!);
    await screen.answer('/api/builds/41/cancel', running);
    expect(notices.all()).toMatchObject([{ text: 'Build 41 is being cancelled' }]);
  });

  it('shows kept test servers and deletes them once that was confirmed', async () => {
    const screen = await Screen.open('/builds/41');
    const until = { keptUntil: '2126-11-22T18:00:00Z' };
    const kept = [
      { cloud: 'local', kind: 'local', id: 'srv-9', addresses: [], ...until },
      { cloud: 'lab', kind: 'openstack', id: 'srv-10', addresses: ['203.0.113.7'], ...until },
      { cloud: 'edge', kind: 'openstack', id: 'srv-11', addresses: [], ...until },
    ];
    await screen.answer('/api/builds/41', { ...failedBuild, keptServers: kept });
    const said = [...screen.element().querySelectorAll('im-kept-servers li')].map((item) =>
      item.textContent.replace(/\s+/g, ' '),
    );
    expect(said[0]).toContain('Test server in local: srv-9 deleted in ');
    expect(said[0]).toContain('STORAGE_PATH/clouds/local/servers/srv-9');
    expect(said[1]).toContain('203.0.113.7');
    expect(said[1]).toContain('openstack console url show srv-10');
    expect(said[2]).toContain('The cloud named no address of it.');
    await screen.press('Delete 3 servers now');
    await screen.confirm('Delete 3 servers now');
    await screen.answer('/api/builds/41/release-server', failedBuild);
    await screen.answer('/api/builds/41', failedBuild);
    expect(screen.text()).not.toContain('srv-9');
  });

  it('keeps the test server of a running build, or not, as the server agrees', async () => {
    const screen = await Screen.open('/builds/41');
    const open = { ...running, canKeepServer: true };
    await screen.answer('/api/builds/41', open);
    const toggle = () => screen.element().querySelector('im-keep-server button')!;
    const decide = async () => {
      await screen.press('Keep the test server if it fails');
      return screen.http.expectOne('/api/builds/41/keep-server');
    };
    const asked = await decide();
    expect([asked.request.method, asked.request.body]).toEqual(['PUT', { keepFailedServerMinutes: 60 }]);
    expect(toggle().getAttribute('aria-pressed')).toBe('false');
    asked.flush({ ...open, keepFailedServerMinutes: 60 });
    await screen.settle();
    expect(toggle().getAttribute('aria-pressed')).toBe('true');

    const late = await decide();
    expect(late.request.body).toEqual({ keepFailedServerMinutes: 0 });
    late.flush({ ...problem, code: 'CLEANUP_BEGUN' }, { status: 409, statusText: 'Conflict' });
    await screen.settle();
    expect(toggle().getAttribute('aria-pressed')).toBe('true');
    expect(TestBed.inject(Notices).all()).toMatchObject([
      { text: 'If the build fails, its test server stays 1h' },
      { problem: { code: 'CLEANUP_BEGUN' } },
    ]);
  });

  it('says how it stands with the test server now, and no more how it stood', async () => {
    const screen = await Screen.open('/builds/41');
    const open = { ...running, canKeepServer: true };
    await screen.answer('/api/builds/41', open);
    for (const keepFailedServerMinutes of [60, 0]) {
      await screen.press('Keep the test server if it fails');
      await screen.answer('/api/builds/41/keep-server', { ...open, keepFailedServerMinutes });
    }
    expect(TestBed.inject(Notices).all()).toMatchObject([
      { text: 'If the build fails, its test server is deleted at once' },
    ]);
  });

  it('offers no decision about the test server once it is made', async () => {
    const screen = await Screen.open('/builds/41');
    await screen.answer('/api/builds/41', { ...running, canKeepServer: false });
    expect(screen.element().querySelector('im-keep-server')).toBeNull();
  });

  it('shows how the packages differ from the image before, and finds one of all', async () => {
    const screen = await Screen.open('/builds/41');
    await openPackages(screen, 38);
    expect(screen.rows('im-package-panel table')).toEqual([
      'Added | htop :amd64 | 3.2',
      'Removed | nano :amd64 | 7.2',
      'Changed | curl :amd64 | 8.0-1 → 8.0-2',
    ]);
    expect(screen.text()).toContain('from Build 38');
    await screen.press('All');
    expect(screen.rows('im-package-panel table')).toEqual(['curl :amd64 | 8.0-2', 'zstd :amd64 | 1.5']);
    const field = screen.element().querySelector<HTMLInputElement>('im-package-panel input')!;
    field.value = 'ZST';
    field.dispatchEvent(new Event('input'));
    await screen.settle();
    expect(screen.rows('im-package-panel table')).toEqual(['zstd :amd64 | 1.5']);
  });

  it('says so when there is no image to compare the packages with', async () => {
    const screen = await Screen.open('/builds/41');
    await openPackages(screen, null);
    expect(screen.text()).toContain('There was no image before whose packages are known.');
  });

  it('says why there is no artifact: none yet, none made, or one that made way for a newer one', async () => {
    const screen = await Screen.open('/builds/41');
    const without: Partial<BuildView> = { ...failedBuild };
    delete without.artifact;
    const says = async (build: Partial<BuildView>) => {
      await screen.answer('/api/builds/41', { ...without, ...build });
      const said = screen.element().querySelector('im-build-facts dd')?.textContent.trim();
      screen.socket.serve('build', { id: 41, distroId: 'debian-12', status: 'failed' });
      return said;
    };
    screen.socket.open();
    expect(await says({ status: 'running' })).toBe('Not built yet');
    expect(await says({ status: 'failed' })).toBe('This build made none');
    expect(await says({ status: 'failed', artifactBytes: 354_123_776 })).toBe(
      '354 MB; removed since, a newer one is kept',
    );
  });

  it('shows only the checks that did not pass when asked to', async () => {
    const screen = await Screen.open('/builds/41');
    await screen.answer('/api/builds/41', failedBuild);
    const all = screen.rows('im-check-table table').length;
    screen.element().querySelector<HTMLInputElement>('im-check-table input')!.click();
    await screen.settle();
    const open = screen.rows('im-check-table table');
    expect(open.length).toBeGreaterThan(0);
    expect(open.length).toBeLessThan(all);
    expect(open.filter((row) => row.startsWith('Pass'))).toEqual([]);
  });

  it.each(['abc', '1.5', '-1', '0x29'])('asks nobody for a build called %s', async (id) => {
    const screen = await Screen.open(`/builds/${id}`);
    screen.socket.open();
    await screen.settle();
    screen.http.expectNone(({ url }) => url.startsWith('/api/builds'));
    expect(screen.element().querySelector('h1')?.textContent).toBe(`There is no build ${id}`);
    expect(screen.element().querySelector('im-problem')).toBeNull();
  });

  it('names each landmark once', async () => {
    const screen = await Screen.open('/builds/41');
    await screen.answer('/api/builds/41', { ...failedBuild, packageCount: 2 });
    const names = [...screen.element().querySelectorAll('section[aria-label], [role=region]')].map((area) =>
      area.getAttribute('aria-label'),
    );
    expect(names).toContain('Checks');
    expect(names).toEqual([...new Set(names)]);
  });

  it('shows nothing of a build that was deleted while one looked at it', async () => {
    const screen = await Screen.open('/builds/41');
    screen.socket.open();
    await screen.answer('/api/builds/41', running);
    screen.socket.serve('build', { id: 41, distroId: 'debian-12', status: 'failed' });
    await screen.fail('/api/builds/41', 404, { ...problem, status: 404, code: 'UNKNOWN_BUILD' });
    expect(screen.text()).toContain('There is no build 41');
    expect(screen.element().querySelector('im-log-viewer')).toBeNull();
  });
});

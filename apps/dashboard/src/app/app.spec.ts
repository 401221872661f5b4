import { TestBed } from '@angular/core/testing';
import { I18n } from './i18n/i18n';
import { Notices } from './shell/notices';
import { logLines } from './testing/fake-socket';
import {
  brokenDistro,
  cloud,
  distro,
  failedBuild,
  foreignImage,
  image,
  problem,
  refusedCloud,
  summary,
} from './testing/fixtures';
import { Screen } from './testing/screen';

describe('Images', () => {
  const scrolledTo: Element[] = [];

  beforeEach(() => {
    scrolledTo.length = 0;
    // jsdom lays nothing out, and so has no scrolling.
    Element.prototype.scrollIntoView = function (this: Element) {
      scrolledTo.push(this);
    };
  });

  it('shows definitions with end of life, current image and running build, and what is wrong with a broken one', async () => {
    const screen = await Screen.open('/images');
    expect(screen.text()).toContain('Loading');
    await screen.answer('/api/distros', [distro, brokenDistro]);
    for (const words of ['Debian 12', 'LTS only', '586 days left', '354 MB', 'Build · 40%', 'Build 41'])
      expect(screen.text()).toContain(words);
    for (const words of ['line 7', 'family: must be one of: debian, ubuntu; found “rocky”'])
      expect(screen.text()).toContain(words);
  });

  it('says once what several clouds have alike', async () => {
    const screen = await Screen.open('/images');
    const [image] = distro.current;
    const current = ['local', 'lab', 'edge'].map((cloud) => ({ ...image!, cloud }));
    current[2]!.sizeBytes = 512_000_000;
    await screen.answer('/api/distros', [{ ...distro, current }]);
    const said = [...screen.element().querySelectorAll('.current p:not(.label)')].map(({ textContent }) =>
      textContent.replace(/\s+/g, ' ').trim(),
    );
    expect(said).toEqual([
      expect.stringMatching(/^local lab 354 MB, /),
      expect.stringMatching(/^edge 512 MB, /),
    ]);
  });

  it('moves the progress with live events and asks again when a build changed', async () => {
    const screen = await Screen.open('/images');
    screen.socket.open();
    await screen.answer('/api/distros', [distro]);
    screen.socket.serve('stage', {
      buildId: 41,
      stage: 'upload',
      cloud: 'local',
      status: 'running',
      progress: 0.5,
    });
    await screen.settle();
    expect(screen.text()).toContain('Upload · 50%');
    screen.socket.serve('build', { id: 41, distroId: 'debian-12', status: 'succeeded' });
    await screen.answer('/api/distros', [{ ...distro, lastBuild: { ...summary, status: 'succeeded' } }]);
    expect(screen.text()).toContain('Succeeded');
  });

  it('queues a build with one press and reports why it was not queued', async () => {
    const screen = await Screen.open('/images');
    await screen.answer('/api/distros', [{ ...distro, lastBuild: { ...summary, status: 'succeeded' } }]);
    await screen.press('Build Debian 12');
    const request = screen.http.expectOne('/api/builds');
    expect(request.request.body).toEqual({ distroId: 'debian-12' });
    request.flush(problem, { status: 409, statusText: 'Conflict' });
    expect(TestBed.inject(Notices).all()).toMatchObject([{ problem: { detail: 'No keyring for Ubuntu.' } }]);
  });

  it('queues builds of several definitions without one waiting for the other, and each but once', async () => {
    const screen = await Screen.open('/images');
    const built = { ...distro, lastBuild: { ...summary, status: 'succeeded' } };
    await screen.answer('/api/distros', [built, { ...built, id: 'debian-13' }]);
    for (const button of screen.element().querySelectorAll<HTMLElement>('[aria-label="Build Debian 12"]')) {
      button.click();
      button.click();
    }
    const requests = screen.http.match('/api/builds');
    expect(requests.map(({ request }) => request.body as unknown)).toEqual([
      { distroId: 'debian-12' },
      { distroId: 'debian-13' },
    ]);
  });

  it('hands the focus from the button that began a build to the link that watches it', async () => {
    const screen = await Screen.open('/images');
    await screen.answer('/api/distros', [{ ...distro, lastBuild: { ...summary, status: 'succeeded' } }]);
    const button = screen.element().querySelector<HTMLElement>('[aria-label="Build Debian 12"]')!;
    button.focus();
    await screen.press('Build Debian 12');
    expect(document.activeElement).toBe(button);
    await screen.answer('/api/builds', { ...failedBuild, status: 'queued' });
    await screen.answer('/api/distros', [distro]);
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Watch the build of Debian 12');
  });

  it('sends the options of a single build, and keeps them on screen when they are refused', async () => {
    const screen = await Screen.open('/images');
    await screen.answer('/api/distros', [distro]);
    await screen.press('Build Debian 12 with options');
    await screen.answer('/api/clouds', [cloud, { ...cloud, name: 'lab' }]);
    const dialog = screen.dialog()!;
    const [packages, dibArguments] = dialog.querySelectorAll('textarea');
    packages!.value = 'htop, curl\nvim';
    dibArguments!.value = '--no-tmpfs\n';
    dialog.querySelectorAll<HTMLInputElement>('input[type=checkbox]')[1]!.click();
    dialog.querySelector('form')!.dispatchEvent(new Event('submit'));
    const request = screen.http.expectOne('/api/builds');
    expect(request.request.body).toEqual({
      distroId: 'debian-12',
      packages: ['htop', 'curl', 'vim'],
      dibArguments: ['--no-tmpfs'],
      clouds: ['local'],
    });
    request.flush(problem, { status: 409, statusText: 'Conflict' });
    await screen.settle();
    expect(screen.dialog()?.textContent).toContain('No keyring for Ubuntu.');
    dialog.querySelector('form')!.dispatchEvent(new Event('submit'));
    screen.http.expectOne('/api/builds').flush(failedBuild);
    await screen.settle();
    await screen.answer('/api/distros', [distro]);
    expect(screen.dialog()).toBeNull();
  });

  it('says at its field which word of the options was refused, and what stands for the test server', async () => {
    const screen = await Screen.open('/images');
    await screen.answer('/api/distros', [distro]);
    await screen.press('Build Debian 12 with options');
    await screen.answer('/api/clouds', [cloud]);
    const dialog = screen.dialog()!;
    expect(dialog.querySelector('mat-select')?.textContent).toContain(
      'Deleted at once (as the definition says)',
    );
    dialog.querySelector('textarea')!.value = 'htop, no!good';
    dialog.querySelector('form')!.dispatchEvent(new Event('submit'));
    const errors = [
      { field: 'packages.1', message: 'must be the name of a package' },
      { field: 'clouds', message: 'must be known' },
    ];
    await screen.fail('/api/builds', 400, { ...problem, errors });
    const wrong = [...dialog.querySelectorAll('.wrong')].map(({ textContent }) => textContent.trim());
    expect(wrong).toEqual(['no!good must be the name of a package']);
    expect(dialog.querySelector('im-problem')?.textContent).toMatch(/clouds\s+must be known/);
    expect(dialog.textContent).not.toContain('packages.1');
    expect(scrolledTo).toEqual([dialog.querySelector('.wrong')]);
    expect(document.activeElement).toBe(dialog.querySelector('textarea'));
  });

  it('offers to go on with a build that failed', async () => {
    const screen = await Screen.open('/images');
    await screen.answer('/api/distros', [{ ...distro, lastBuild: { ...summary, status: 'failed' } }]);
    await screen.press('Retry build 41');
    await screen.answer('/api/builds/41/retry', { ...failedBuild, id: 42 });
    await screen.answer('/api/distros', [distro]);
    expect(TestBed.inject(Notices).all()).toMatchObject([{ link: '/builds/42' }]);
  });

  it('says what to do first when there is no definition, and tries again after a failure', async () => {
    const screen = await Screen.open('/images');
    await screen.fail('/api/distros', 500, { ...problem, status: 500 });
    expect(screen.text()).toContain('Request req-1');
    await screen.press('Try again');
    await screen.answer('/api/distros', []);
    expect(screen.text()).toContain('Put a YAML file into the folder distros');
  });
});

describe('Stands', () => {
  it('shows each cloud with its images and servers, and why one cannot be reached', async () => {
    const screen = await Screen.open('/stands');
    await screen.answerClouds([cloud, refusedCloud]);
    await screen.answer('/api/clouds/local/images', [foreignImage, image]);
    const rows = [...screen.element().querySelectorAll('im-image-table tbody')].map((row) => row.textContent);
    expect(rows[0]).toContain('Current');
    expect(rows[1]).toContain('Foreign');
    for (const words of [
      'test: 2 vCPU, 1 GiB memory, 5 GiB disk',
      'im-41',
      'Keystone refused the credentials.',
    ])
      expect(screen.text()).toContain(words);
    await screen.press('Properties of debian-12');
    expect(screen.text()).toContain('os_distro');
  });

  it('asks for the images of one cloud again when they changed', async () => {
    const screen = await Screen.open('/stands');
    await screen.answerClouds([cloud]);
    await screen.answer('/api/clouds/local/images', []);
    screen.socket.serve('images', { cloud: 'other' });
    screen.http.expectNone('/api/clouds/local/images');
    screen.socket.serve('images', { cloud: 'local' });
    await screen.answer('/api/clouds/local/images', [image]);
    expect(screen.text()).toContain('c0ffee12ab34');
  });
});

describe('Build page', () => {
  it('shows cause, stages, checks with failures first, facts and the log', async () => {
    const screen = await Screen.open('/builds/41');
    screen.socket.open();
    await screen.answer('/api/builds/41', failedBuild);
    for (const words of [
      'Test failed because of the built image',
      'Mend the unit and build again.',
      '[FAILED] Failed to start a.service',
      '2m 31s',
      '1 failed',
      '1 unit failed',
      'debian-12.qcow2',
      '312 packages',
    ])
      expect(screen.text()).toContain(words);
    expect(screen.element().querySelector('im-check-table tbody tr')?.textContent).toContain(
      'system.failed-units',
    );
    expect(screen.socket.subscriptions).toEqual([{ buildId: 41, fromLine: 4 }]);
    screen.socket.serve('log', { buildId: 41, lines: logLines(4, 5) });
    await screen.settle();
    expect(screen.text()).toContain('5 lines');
  });

  it('shows the lines of a running build as they come', async () => {
    const screen = await Screen.open('/builds/41');
    screen.socket.open();
    await screen.answer('/api/builds/41', { ...failedBuild, status: 'running', logLines: 0 });
    screen.socket.serve('log', { buildId: 41, lines: logLines(1, 3) });
    await screen.settle();
    expect(screen.text()).toContain('3 lines');
    expect(screen.text()).toContain('line 2');
  });

  it('draws only the rows in sight of a long log', async () => {
    const screen = await Screen.open('/builds/41');
    screen.socket.open();
    await screen.answer('/api/builds/41', { ...failedBuild, status: 'running', logLines: 0 });
    screen.socket.serve('log', { buildId: 41, lines: logLines(1, 50_000) });
    await screen.settle();
    expect(screen.text()).toContain('50,000 lines');
    expect(screen.element().querySelectorAll('.row').length).toBeLessThan(200);
  });

  it('goes to the new build after a retry', async () => {
    const screen = await Screen.open('/builds/41');
    await screen.answer('/api/builds/41', failedBuild);
    await screen.press('Retry');
    await screen.answer('/api/builds/41/retry', { ...failedBuild, id: 42 });
    await screen.answer('/api/builds/42', { ...failedBuild, id: 42, retryOf: 41 });
    expect(screen.text()).toContain('Retry of build 41');
  });

  it('says so when there is no such build', async () => {
    const screen = await Screen.open('/builds/999');
    await screen.fail('/api/builds/999', 404, { ...problem, status: 404, code: 'BUILD_NOT_FOUND' });
    expect(screen.text()).toContain('There is no build 999');
  });

  it('changes its language without asking the server', async () => {
    const screen = await Screen.open('/builds/41');
    await screen.answer('/api/builds/41', failedBuild);
    TestBed.inject(I18n).use('ru');
    await screen.settle();
    expect(screen.text()).toContain('Что делать');
    expect(screen.text()).toContain('312 пакетов');
  });
});

import { TestBed } from '@angular/core/testing';
import { Notices } from '../shell/notices';
import { cloud, failedBuild, problem } from '../testing/fixtures';
import { Screen } from '../testing/screen';

const RELEASE = '/api/builds/39/release-server';

async function openStands() {
  const screen = await Screen.open('/stands');
  await screen.answerClouds([cloud]);
  await screen.answer('/api/clouds/local/images', []);
  return screen;
}

describe('Our servers', () => {
  it('say how long a failed build keeps them; only those can be released', async () => {
    const screen = await openStands();
    const [running, kept] = [...screen.element().querySelectorAll('im-server-table tbody tr')];
    expect(running?.querySelector('button')).toBeNull();
    expect(kept?.textContent).toMatch(/Nov 2[23], 2126/);
    expect(kept?.querySelector('a')?.getAttribute('href')).toBe('/builds/39');
  });

  it('are released after a confirmation, and the list is asked for again', async () => {
    const screen = await openStands();
    await screen.press('Delete im-39 now');
    // The server lets all of a build go, not this one alone.
    expect(screen.dialog()?.textContent).toMatch(/test servers of build 39\?.*are deleted, in each cloud/s);
    screen.http.expectNone(RELEASE);
    await screen.confirm('Delete now');
    const request = screen.http.expectOne(RELEASE);
    expect(request.request.body).toEqual({});
    expect(screen.text()).toContain('Deleting…');
    request.flush(failedBuild);
    await screen.settle();
    expect(TestBed.inject(Notices).all()).toMatchObject([
      { text: 'The test servers of build 39 are being deleted' },
    ]);
    await screen.answer('/api/clouds/local', { ...cloud, servers: [] });
    expect(screen.text()).not.toContain('im-39');
  });

  it('stay when the person thinks better of it', async () => {
    const screen = await openStands();
    await screen.press('Delete im-39 now');
    await screen.confirm('Cancel');
    screen.http.expectNone(RELEASE);
    expect(screen.text()).not.toContain('are deleted, in each cloud');
  });

  it('stay with the reason on screen when the release fails', async () => {
    const screen = await openStands();
    await screen.press('Delete im-39 now');
    await screen.confirm('Delete now');
    await screen.fail(RELEASE, 409, problem);
    expect(TestBed.inject(Notices).all()).toMatchObject([
      { text: 'The test servers of build 39 were not deleted', problem },
    ]);
    expect(screen.text()).not.toContain('Deleting…');
  });
});

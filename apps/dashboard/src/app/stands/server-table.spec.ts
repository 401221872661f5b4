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
    await screen.press('Release im-39');
    expect(screen.dialog()?.textContent).toContain(
      'The server that build 39 left for a look inside is deleted',
    );
    screen.http.expectNone(RELEASE);
    await screen.confirm('Release');
    const request = screen.http.expectOne(RELEASE);
    expect(request.request.body).toEqual({});
    expect(screen.text()).toContain('Releasing…');
    request.flush(failedBuild);
    await screen.settle();
    expect(TestBed.inject(Notices).all()).toMatchObject([
      { text: 'im-39 is no longer kept and is being deleted' },
    ]);
    await screen.answer('/api/clouds/local', { ...cloud, servers: [] });
    expect(screen.text()).not.toContain('im-39');
  });

  it('stay when the person thinks better of it', async () => {
    const screen = await openStands();
    await screen.press('Release im-39');
    await screen.confirm('Cancel');
    screen.http.expectNone(RELEASE);
    expect(screen.text()).not.toContain('is deleted with all');
  });

  it('stay with the reason on screen when the release fails', async () => {
    const screen = await openStands();
    await screen.press('Release im-39');
    await screen.confirm('Release');
    await screen.fail(RELEASE, 409, problem);
    expect(TestBed.inject(Notices).all()).toMatchObject([{ text: 'im-39 was not released', problem }]);
    expect(screen.text()).not.toContain('Releasing…');
  });
});

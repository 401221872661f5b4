import { TestBed } from '@angular/core/testing';
import { I18n } from '../i18n/i18n';
import { Notices } from '../shell/notices';
import { cloud, problem, rejectedImage, retention, retiredImage } from '../testing/fixtures';
import { Screen } from '../testing/screen';

const RETENTION = '/api/clouds/local/retention';

async function openPanel(items = retention) {
  const screen = await Screen.open('/stands');
  await screen.answerClouds([cloud]);
  await screen.answer('/api/clouds/local/images', []);
  screen.http.expectNone(RETENTION);
  await screen.press('Retention');
  await screen.answer(RETENTION, items);
  return screen;
}

const rows = (screen: Screen) => screen.rows('im-retention-table');

describe('Retention', () => {
  it('shows on demand what would go and why the rest stays, what goes first', async () => {
    const screen = await openPanel();
    expect(rows(screen)).toEqual([
      expect.stringMatching(/^debian-12-38 .* Goes \| Kept long enough Retired for 120 days/),
      expect.stringMatching(/^debian-12-37 .* Goes \| Rejected Rolled back from/),
      expect.stringMatching(/^debian-12 \| .* Stays \| Current Users boot it/),
    ]);
  });

  it('deletes after a confirmation that lists the images, and shows what became of each', async () => {
    const screen = await openPanel();
    await screen.press('Delete 2 images');
    const listed = [...screen.dialog()!.querySelectorAll('li')].map((item) => item.textContent);
    expect(listed).toEqual([
      expect.stringContaining('debian-12-38'),
      expect.stringContaining('debian-12-37'),
    ]);
    await screen.confirm('Delete 2 images');
    expect(screen.text()).toContain('Deleting…');
    const request = screen.http.expectOne(RETENTION);
    // Only what the person has seen: the plan may have changed meanwhile.
    const imageIds = retention.filter(({ verdict }) => verdict === 'delete').map(({ image }) => image.id);
    expect([request.request.method, request.request.body]).toEqual(['POST', { imageIds }]);
    request.flush([
      { ...retention[1], problem: 'Glance refused.' },
      { image: rejectedImage, verdict: 'delete', code: 'REJECTED', reason: 'Rolled back from.' },
    ]);
    await screen.settle();
    expect(rows(screen)).toEqual([
      expect.stringMatching(/^debian-12-38 .* Not deleted \| .*Glance refused\.$/),
      expect.stringMatching(/^debian-12-37 .* Deleted \|/),
    ]);
    const told = '1 image deleted. 1 image is still there.';
    expect(screen.text()).toContain(told);
    expect(TestBed.inject(Notices).all()).toMatchObject([{ text: told }]);
    screen.http.expectOne('/api/clouds/local/images');
    await screen.press('Check again');
    await screen.answer(RETENTION, []);
    expect(screen.text()).toContain('There is nothing to delete now.');
  });

  it('shows that an image was kept after all', async () => {
    const screen = await openPanel(retention.slice(0, 2));
    await screen.press('Delete 1 image');
    await screen.confirm('Delete 1 image');
    await screen.answer(RETENTION, [
      retention[0],
      { image: retiredImage, verdict: 'keep', code: 'IN_USE', reason: 'A server boots it.' },
    ]);
    expect(rows(screen)).toEqual([
      expect.stringMatching(/^debian-12-38 .* Stays \| In use A server boots it/),
    ]);
    expect(screen.text()).toContain('0 images deleted. 1 image is still there.');
  });

  it('reports a failure and keeps the plan', async () => {
    const screen = await openPanel();
    await screen.press('Delete 2 images');
    await screen.confirm('Delete 2 images');
    await screen.fail(RETENTION, 409, problem);
    expect(TestBed.inject(Notices).all()).toMatchObject([
      { text: 'Retention in local did not run through', problem },
    ]);
    expect(rows(screen)).toHaveLength(3);
  });

  it('follows the images while it is open, and not after', async () => {
    const screen = await openPanel();
    screen.socket.serve('images', { cloud: 'local' });
    await screen.answer(RETENTION, []);
    expect(rows(screen)).toEqual([]);
    await screen.press('Retention');
    screen.socket.serve('images', { cloud: 'local' });
    screen.http.expectNone(RETENTION);
  });

  it('counts in Russian', async () => {
    const screen = await openPanel();
    TestBed.inject(I18n).use('ru');
    await screen.settle();
    expect(screen.text()).toContain('Удалить 2 образа');
    expect(screen.text()).toContain('Срок хранения истёк');
  });
});

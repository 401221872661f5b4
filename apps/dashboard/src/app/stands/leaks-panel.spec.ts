import { TestBed } from '@angular/core/testing';
import { I18n } from '../i18n/i18n';
import { Notices } from '../shell/notices';
import { cloud, leaks, problem } from '../testing/fixtures';
import { Screen } from '../testing/screen';

const LEAKS = '/api/clouds/local/leaks';
const REAP = `${LEAKS}/reap`;

async function openPanel() {
  const screen = await Screen.open('/stands');
  await screen.answerClouds([cloud]);
  await screen.answer('/api/clouds/local/images', []);
  await screen.answer(LEAKS, leaks);
  await screen.press('3 leaks');
  // Who opens it sees how it is now.
  await screen.answer(LEAKS, leaks);
  return screen;
}

const boxes = (screen: Screen) => [
  ...screen.element().querySelectorAll<HTMLInputElement>('im-leaks-panel input'),
];

/** The first box chooses all. */
async function tick(screen: Screen, index: number) {
  boxes(screen)[index]!.click();
  await screen.settle();
}

describe('Leaks', () => {
  it('are counted in the head of the cloud, which leads to them', async () => {
    const screen = await openPanel();
    document.body.append(screen.element());
    await screen.press('3 leaks');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Leaks');
    screen.socket.serve('images', { cloud: 'local' });
    await screen.answer(LEAKS, leaks.slice(1));
    expect(screen.element().querySelector('header .leaks')?.textContent).toContain('2 leaks');
  });

  it('shows on demand what leaked, since when, whose it is and when it goes by itself', async () => {
    const screen = await openPanel();
    const rows = screen.rows('im-leak-table');
    expect(rows).toEqual([
      expect.stringMatching(
        /^im-33-testleak-1 \| Server \| ACTIVE \| 2h 10m \| Build 33 \| known \| in .* days \| Its build is over and left it\.$/,
      ),
      expect.stringMatching(/^candidate-34leak-2 \| Image \| queued \| 1h 10m \| Build 34 \| known \| in /),
      expect.stringMatching(
        /^im-2-testleak-3 \| Server \| SHUTOFF \| 3d 4h \| – \| unknown: only reported \| never \|/,
      ),
    ]);
  });

  it('says why in Russian too, and what only the cloud says in its own words', async () => {
    const screen = await openPanel();
    TestBed.inject(I18n).use('ru');
    await screen.settle();
    expect(screen.text()).toContain('Сборка закончилась и не убрала за собой.');
    const words = screen.element().querySelector('im-leak-table [lang=en]');
    expect(words?.textContent).toBe('Glance answered 500.');
  });

  it('reaps the chosen ones after a confirmation and says what stayed and why', async () => {
    const screen = await openPanel();
    await screen.press('Reap');
    expect(screen.dialog()).toBeNull();
    await tick(screen, 1);
    expect(boxes(screen)[0]?.indeterminate).toBe(true);
    await tick(screen, 2);
    await screen.press('Reap 2 leaks');
    expect(screen.dialog()?.textContent).toContain('candidate-34');
    await screen.confirm('Reap 2 leaks');
    const request = screen.http.expectOne(REAP);
    expect(request.request.body).toEqual({ ids: ['leak-1', 'leak-2'] });
    request.flush([
      { id: 'leak-1', removed: true },
      { id: 'leak-2', removed: false, problem: 'Glance answered 500.' },
    ]);
    await screen.settle();
    await screen.answer(LEAKS, leaks.slice(1));
    expect(screen.text()).toContain('candidate-34: Glance answered 500.');
    expect(TestBed.inject(Notices).all()).toMatchObject([{ text: '1 leak reaped. 1 leak is still there.' }]);
    expect(boxes(screen).some((box) => box.checked)).toBe(false);
    screen.http.expectOne('/api/clouds/local');
  });

  it('chooses all but those that the ledger does not know', async () => {
    const screen = await openPanel();
    await tick(screen, 0);
    expect(boxes(screen).map(({ checked, disabled }) => [checked, disabled])).toEqual([
      [true, false],
      [true, false],
      [true, false],
      [false, true],
    ]);
    await tick(screen, 0);
    expect(boxes(screen).some(({ checked }) => checked)).toBe(false);
  });

  it('forgets the choice of a leak that is gone', async () => {
    const screen = await openPanel();
    await tick(screen, 0);
    screen.socket.serve('images', { cloud: 'local' });
    await screen.answer(LEAKS, leaks.slice(1));
    await screen.press('Reap 1 leak');
    await screen.confirm('Reap 1 leak');
    expect(screen.http.expectOne(REAP).request.body).toEqual({ ids: ['leak-2'] });
  });

  it('reports a failure and keeps the choice', async () => {
    const screen = await openPanel();
    await tick(screen, 1);
    await screen.press('Reap 1 leak');
    await screen.confirm('Reap 1 leak');
    await screen.fail(REAP, 409, problem);
    expect(TestBed.inject(Notices).all()).toMatchObject([{ text: 'Nothing was reaped in local', problem }]);
    expect(screen.text()).toContain('Reap 1 leak');
  });

  it('says so when nothing leaked', async () => {
    const screen = await Screen.open('/stands');
    await screen.answerClouds([cloud]);
    await screen.answer(LEAKS, []);
    expect(screen.element().querySelector('header .leaks')).toBeNull();
    await screen.press('Leaks');
    await screen.answer(LEAKS, []);
    expect(screen.text()).toContain('Nothing leaked.');
  });
});

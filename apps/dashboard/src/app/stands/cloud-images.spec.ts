import { TestBed } from '@angular/core/testing';
import { Notices } from '../shell/notices';
import {
  brokenDistro,
  cloud,
  distro,
  foreignImage,
  image,
  problem,
  rejectedImage,
  retiredImage,
} from '../testing/fixtures';
import { Screen } from '../testing/screen';

const IMAGES = '/api/clouds/local/images';
const ROLLBACK = `${IMAGES}/${retiredImage.id}/rollback`;
const ADOPT = `${IMAGES}/${foreignImage.id}/adopt`;

async function openStands() {
  const screen = await Screen.open('/stands');
  await screen.answer('/api/clouds', [cloud]);
  await screen.answer(IMAGES, [image, retiredImage, rejectedImage, foreignImage]);
  return screen;
}

const choose = (screen: Screen, value: string): void => {
  const select = screen.dialog()!.querySelector<HTMLSelectElement>('select')!;
  select.value = value;
};

describe('Images of a cloud', () => {
  it('offer the rollback on retired images and the adoption on foreign ones', async () => {
    const screen = await openStands();
    const offers = [...screen.element().querySelectorAll('im-image-table button')]
      .map((button) => button.getAttribute('aria-label') ?? '')
      .filter((label) => !/^(Properties|Copy)/.test(label));
    expect(offers).toEqual(['Roll back to debian-12-38', 'Adopt cirros…']);
  });

  it('keep many foreign ones out of sight until a person searches or asks for them', async () => {
    const screen = await Screen.open('/stands');
    await screen.answer('/api/clouds', [cloud]);
    const foreign = Array.from({ length: 500 }, (_, index) => ({
      ...foreignImage,
      id: `f-${index}`,
      name: `cirros-${index}`,
    }));
    await screen.answer(IMAGES, [image, ...foreign]);
    const rows = () => screen.element().querySelectorAll('im-image-table tbody').length;
    expect(rows()).toBe(1);
    expect(screen.text()).toContain('1 of 501');
    const search = screen.element().querySelector<HTMLInputElement>('im-cloud-images input[type=search]')!;
    const type = async (text: string) => {
      search.value = text;
      search.dispatchEvent(new Event('input'));
      await screen.settle();
    };
    await type('cirros-499');
    expect(screen.text()).toContain('1 of 501');
    expect(screen.text()).toContain('cirros-499');
    await type('');
    await screen.press('Show 500 foreign images');
    expect(rows()).toBe(501);
  });

  it('offer no rollback to a retired image that is not active', async () => {
    const screen = await Screen.open('/stands');
    await screen.answer('/api/clouds', [cloud]);
    await screen.answer(IMAGES, [{ ...retiredImage, status: 'deactivated' }]);
    expect(screen.text()).not.toContain('Roll back');
  });

  it('are rolled back to after a confirmation that names both images', async () => {
    const screen = await openStands();
    await screen.press('Roll back to debian-12-38');
    const question = screen.dialog()!;
    expect(question.querySelector('dl')?.textContent).toMatch(/debian-12-38.*Is replaced\s*debian-12 /);
    screen.http.expectNone(ROLLBACK);
    await screen.confirm('Roll back');
    expect(screen.text()).toContain('Rolling back…');
    const request = screen.http.expectOne(ROLLBACK);
    expect(request.request.body).toEqual({});
    request.flush({ ...retiredImage, state: 'current', name: 'debian-12' });
    await screen.settle();
    expect(TestBed.inject(Notices).all()).toMatchObject([{ text: 'debian-12 is current again in local' }]);
    await screen.answer(IMAGES, [{ ...retiredImage, state: 'current' }, rejectedImage]);
    expect(screen.text()).not.toContain('Roll back');
  });

  it('leave the keyboard at their heading when the button is gone', async () => {
    const screen = await openStands();
    document.body.append(screen.element());
    await screen.press('Roll back to debian-12-38');
    await screen.confirm('Roll back');
    await screen.answer(ROLLBACK, { ...retiredImage, state: 'current' });
    expect(document.activeElement?.textContent).toBe('Images');
  });

  it('start one action at a time', async () => {
    const screen = await openStands();
    await screen.press('Roll back to debian-12-38');
    await screen.confirm('Roll back');
    await screen.press('Adopt cirros…');
    expect(screen.dialog()).toBeNull();
  });

  it('say why a rollback failed', async () => {
    const screen = await openStands();
    await screen.press('Roll back to debian-12-38');
    await screen.confirm('Roll back');
    await screen.fail(ROLLBACK, 409, problem);
    expect(TestBed.inject(Notices).all()).toMatchObject([{ text: 'No rollback to debian-12-38', problem }]);
  });

  it('are adopted as images of the definition that the person chose', async () => {
    const screen = await openStands();
    await screen.press('Adopt cirros…');
    await screen.answer('/api/distros', [distro, brokenDistro]);
    const options = [...screen.dialog()!.querySelectorAll('option')];
    expect(options.map((option) => option.textContent.trim())).toEqual([
      'Choose a definition',
      'Debian 12 (debian-12)',
    ]);
    choose(screen, 'debian-12');
    await screen.confirm('Adopt');
    const request = screen.http.expectOne(ADOPT);
    expect(request.request.body).toEqual({ distroId: 'debian-12' });
    request.flush({ ...foreignImage, ours: true, state: 'retired' });
    await screen.settle();
    expect(TestBed.inject(Notices).all()).toMatchObject([
      { text: 'cirros is now a retired image of Debian 12' },
    ]);
    screen.http.expectOne(IMAGES);
  });

  it('propose the definition whose image name a foreign image bears', async () => {
    const screen = await Screen.open('/stands');
    await screen.answer('/api/clouds', [cloud]);
    await screen.answer(IMAGES, [{ ...foreignImage, name: 'debian-12' }]);
    await screen.press('Adopt debian-12…');
    await screen.answer('/api/distros', [distro]);
    expect(screen.dialog()!.querySelector<HTMLSelectElement>('select')?.value).toBe('debian-12');
  });

  it('are not adopted without a definition', async () => {
    const screen = await openStands();
    await screen.press('Adopt cirros…');
    await screen.answer('/api/distros', [distro]);
    await screen.confirm('Adopt');
    screen.http.expectNone(ADOPT);
    expect(screen.dialog()).not.toBeNull();
  });

  it('tell why the definitions are missing, and ask again', async () => {
    const screen = await openStands();
    await screen.press('Adopt cirros…');
    await screen.fail('/api/distros', 500, { ...problem, status: 500 });
    expect(screen.dialog()?.textContent).toContain('Request req-1');
    await screen.press('Try again');
    await screen.answer('/api/distros', [distro]);
    expect(screen.dialog()!.querySelectorAll('option')).toHaveLength(2);
  });
});

import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import type { ImageUsage } from '@image-manager/contracts';
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
  await screen.answerClouds([cloud]);
  await screen.answer(IMAGES, [image, retiredImage, rejectedImage, foreignImage]);
  return screen;
}

const unused: ImageUsage = { servers: 0, volumes: 0, seesAllProjects: true };
const DELETION = `${IMAGES}/${retiredImage.id}/deletion`;

async function openSelect(screen: Screen) {
  screen.dialog()!.querySelector<HTMLElement>('.mat-mdc-select-trigger')!.click();
  await screen.settle();
  return [...document.querySelectorAll<HTMLElement>('mat-option')];
}

async function openMenu(screen: Screen, name: string) {
  await screen.press(`More for ${name}`);
  return [...document.querySelectorAll('.mat-mdc-menu-panel button')].map((item) => item.textContent.trim());
}

describe('Images of a cloud', () => {
  it('offer the rollback on retired images and the adoption on foreign ones', async () => {
    const screen = await openStands();
    const offers = [...screen.element().querySelectorAll('im-image-table button')]
      .map((button) => button.getAttribute('aria-label') ?? '')
      .filter((label) => !/^(Properties|Copy|More)/.test(label));
    expect(offers).toEqual(['Roll back to debian-12-38', 'Adopt cirros…']);
  });

  it('keep many foreign ones folded until a person searches or asks for them, and the address remembers it', async () => {
    const screen = await Screen.open('/stands');
    await screen.answerClouds([cloud]);
    const foreign = Array.from({ length: 500 }, (_, index) => ({
      ...foreignImage,
      id: `f-${index}`,
      name: `cirros-${index}`,
    }));
    await screen.answer(IMAGES, [image, ...foreign]);
    const rows = () => screen.element().querySelectorAll('im-image-table tbody:not(.fold)').length;
    expect(rows()).toBe(1);
    const search = screen.element().querySelector<HTMLInputElement>('input[type=search]')!;
    const type = async (text: string) => {
      search.value = text;
      search.dispatchEvent(new Event('input'));
      await screen.settle();
    };
    await type('cirros-499');
    expect(screen.text()).toContain('1 of 501');
    expect(screen.text()).toContain('cirros-499');
    await type('');
    await screen.press('500 foreign images');
    expect(rows()).toBe(501);
    // So many are not asked for one after the other; the one that was searched for was.
    expect(
      screen.http.match(({ url }) => /\/f-\d+\/usage$/.test(url)).map(({ request }) => request.url),
    ).toEqual([`${IMAGES}/f-499/usage`]);
    expect(TestBed.inject(Router).url).toBe('/stands?foreign=local');
    await screen.press('500 foreign images');
    expect(rows()).toBe(1);
    expect(TestBed.inject(Router).url).toBe('/stands');
  });

  it.each([
    ['deactivated', 'deactivated by an administrator'],
    ['error', 'its bytes are missing or damaged'],
  ] as const)('offer no rollback to a retired image that is %s, and say so', async (status, words) => {
    const screen = await Screen.open('/stands');
    await screen.answerClouds([cloud]);
    await screen.answer(IMAGES, [{ ...retiredImage, status }]);
    expect(screen.text()).not.toContain('Roll back');
    expect(screen.text()).toContain(`Cannot be booted: ${words}`);
  });

  it('are rolled back to after a confirmation that names both images', async () => {
    const screen = await openStands();
    await screen.press('Roll back to debian-12-38');
    const question = screen.dialog()!;
    expect(question.querySelector('dl')?.textContent).toMatch(/debian-12-38.*Is replaced\s*debian-12 /);
    screen.http.expectNone(ROLLBACK);
    await screen.confirm('Roll back');
    const busy = screen.element().querySelector('[aria-label="Rolling back… to debian-12-38"]');
    expect(busy?.textContent.trim()).toBe('Rolling back…');
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

  it.each(['Retire…', 'Delete…'])('leave the keyboard at the menu when %s is called off', async (item) => {
    const screen = await openStands();
    document.body.append(screen.element());
    const trigger = screen
      .element()
      .querySelector<HTMLButtonElement>('button[aria-label="More for debian-12"]')!;
    trigger.focus();
    await screen.press('More for debian-12');
    await screen.choose(item);
    const dialog = screen.dialog()!;
    expect(dialog.contains(document.activeElement)).toBe(true);
    dialog.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', keyCode: 27, bubbles: true }));
    await screen.settle();
    expect(screen.dialog()).toBeNull();
    expect(document.activeElement).toBe(trigger);
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
    const options = await openSelect(screen);
    expect(options.map((option) => option.textContent.trim())).toEqual(['Debian 12 (debian-12)']);
    options[0]!.click();
    await screen.settle();
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

  it('are told to be what users boot when they were adopted as that', async () => {
    const screen = await Screen.open('/stands');
    await screen.answerClouds([cloud]);
    await screen.answer(IMAGES, [{ ...foreignImage, name: distro.definition!.imageName }]);
    await screen.press('Adopt debian-12…');
    await screen.answer('/api/distros', [distro]);
    await screen.confirm('Adopt');
    await screen.answer(ADOPT, { ...foreignImage, ours: true, state: 'current' });
    expect(TestBed.inject(Notices).all()).toMatchObject([
      { text: 'debian-12 is now the current image of Debian 12' },
    ]);
  });

  it('propose the definition whose image name a foreign image bears', async () => {
    const screen = await Screen.open('/stands');
    await screen.answerClouds([cloud]);
    await screen.answer(IMAGES, [{ ...foreignImage, name: 'debian-12' }]);
    await screen.press('Adopt debian-12…');
    await screen.answer('/api/distros', [distro]);
    expect(screen.dialog()!.querySelector('mat-select')?.textContent).toContain('Debian 12 (debian-12)');
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
    await screen.confirm('Try again');
    await screen.answer('/api/distros', [distro]);
    expect(await openSelect(screen)).toHaveLength(1);
  });

  it('say who stands on each, as far as it can be seen', async () => {
    const screen = await openStands();
    await screen.answerUsage(image, { servers: 3, volumes: 1, seesAllProjects: true });
    await screen.answerUsage(retiredImage, {
      ...unused,
      seesAllProjects: false,
      unseen: 'Only one project is seen.',
    });
    await screen.answerUsage(rejectedImage, unused);
    expect(screen.text()).toContain('3 servers, 1 volume');
    expect(screen.text()).toContain('nobody in sight');
    await screen.answerUsage(foreignImage, { ...unused, servers: 7 });
    expect(screen.text()).toContain('7 servers');
  });

  it('are deleted after a look at what that would break', async () => {
    const screen = await openStands();
    expect(await openMenu(screen, 'debian-12-38')).toEqual(['Delete…']);
    await screen.choose('Delete…');
    await screen.answer(DELETION, {
      allowed: true,
      reasons: [],
      consequences: [{ code: 'LAST_ROLLBACK_TARGET', message: 'The last one.' }],
      usage: unused,
    });
    expect(screen.dialog()?.textContent).toContain('there is nothing to roll back to');
    await screen.confirm('Delete');
    const request = screen.http.expectOne({ method: 'DELETE', url: `${IMAGES}/${retiredImage.id}` });
    request.flush(null, { status: 204, statusText: 'No Content' });
    await screen.settle();
    expect(screen.dialog()).toBeNull();
    expect(TestBed.inject(Notices).all()).toMatchObject([{ text: 'debian-12-38 is deleted from local' }]);
    await screen.answer(IMAGES, [image]);
  });

  it('are not offered for deletion while something stands on them', async () => {
    const screen = await openStands();
    await openMenu(screen, 'debian-12-38');
    await screen.choose('Delete…');
    await screen.answer(DELETION, {
      allowed: false,
      reasons: [{ code: 'IN_USE', message: 'In use by server s-1 and 2 more' }],
      consequences: [],
      usage: { ...unused, servers: 3 },
    });
    expect(screen.dialog()?.textContent).toContain('debian-12-38 cannot be deleted');
    expect(screen.dialog()?.textContent).toContain('In use by server s-1 and 2 more');
    expect(
      [...screen.dialog()!.querySelectorAll('button')].map(({ textContent }) => textContent.trim()),
    ).toEqual(['Close']);
  });

  it('are not offered for retirement while users of a definition would be left without one', async () => {
    const screen = await openStands();
    await openMenu(screen, 'debian-12');
    await screen.choose('Retire…');
    await screen.answer('/api/distros', [distro]);
    expect(screen.dialog()?.textContent).toContain('debian-12 cannot be retired');
    expect(screen.dialog()?.textContent).toContain('To give Debian 12 up, remove its definition first');
    expect(
      [...screen.dialog()!.querySelectorAll('button')].map(({ textContent }) => textContent.trim()),
    ).toEqual(['Close']);
  });

  it('are retired after a warning, and a refusal is shown where it was asked', async () => {
    const screen = await openStands();
    expect(await openMenu(screen, 'debian-12')).toEqual(['Retire…', 'Delete…']);
    await screen.choose('Retire…');
    await screen.answer('/api/distros', []);
    expect(screen.dialog()?.textContent).toContain('nothing takes its place');
    await screen.confirm('Retire');
    await screen.fail(`${IMAGES}/${image.id}/retire`, 409, problem);
    expect(screen.dialog()?.textContent).toContain(problem.title);
    await screen.confirm('Retire');
    const request = screen.http.expectOne(`${IMAGES}/${image.id}/retire`);
    expect(request.request.body).toEqual({ lastImage: true });
    request.flush({ ...image, state: 'retired', hidden: true });
    await screen.settle();
    expect(TestBed.inject(Notices).all()).toMatchObject([{ text: 'debian-12 is retired in local' }]);
  });

  it('are retired without a word of the last one beside another of the same name', async () => {
    const screen = await Screen.open('/stands');
    await screen.answerClouds([cloud]);
    await screen.answer(IMAGES, [image, { ...image, id: 'twin', createdAt: '2026-11-19T10:00:00Z' }]);
    await openMenu(screen, 'debian-12');
    await screen.choose('Retire…');
    expect(screen.dialog()?.textContent).not.toContain('nothing takes its place');
    await screen.confirm('Retire');
    expect(screen.http.expectOne(`${IMAGES}/${image.id}/retire`).request.body).toEqual({});
  });
});

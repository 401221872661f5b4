import { TestBed } from '@angular/core/testing';
import { Title } from '@angular/platform-browser';
import { Notices } from '../shell/notices';
import { failedBuild } from '../testing/fixtures';
import { Screen } from '../testing/screen';

const running = { ...failedBuild, status: 'running' as const, canCancel: true, canRetry: false, logLines: 0 };

/** The browser's messages, as far as they are needed. */
class Messages {
  static permission: NotificationPermission = 'default';
  static answer: NotificationPermission = 'granted';
  static readonly shown: { title: string; body: string | undefined }[] = [];
  onclick: (() => void) | null = null;
  constructor(title: string, options: NotificationOptions) {
    Messages.shown.push({ title, body: options.body });
  }
  static requestPermission(): Promise<NotificationPermission> {
    Messages.permission = Messages.answer;
    return Promise.resolve(Messages.permission);
  }
}

function look(hidden: boolean): void {
  Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
  document.dispatchEvent(new Event('visibilitychange'));
}

async function watchBuild(answer: NotificationPermission): Promise<Screen> {
  Object.assign(Messages, { permission: 'default', answer });
  const screen = await Screen.open('/builds/41');
  screen.socket.open();
  await screen.answer('/api/builds/41', running);
  await screen.press('Tell me when it ends');
  await screen.settle();
  return screen;
}

const end = { id: 41, distroId: 'debian-12', status: 'failed', cause: failedBuild.cause };

describe('BuildWatch', () => {
  beforeEach(() => {
    localStorage.clear();
    Messages.shown.length = 0;
    Object.assign(globalThis, { Notification: Messages, isSecureContext: true });
    document.head.innerHTML = '<link rel="icon" href="favicon.svg" />';
  });
  afterEach(() => {
    look(false);
    Reflect.deleteProperty(globalThis, 'Notification');
  });

  it('tells on the desktop, in the title and by the icon that a build ended, until somebody looks', async () => {
    const screen = await watchBuild('granted');
    look(true);
    screen.socket.serve('build', end);
    await screen.settle();
    expect(Messages.shown).toEqual([
      {
        title: 'Build 41: Failed',
        body: 'debian-12\nThe required check system.failed-units failed.',
      },
    ]);
    expect(TestBed.inject(Title).getTitle()).toMatch(/^✗ /);
    expect(document.querySelector('link')?.getAttribute('href')).toBe('favicon-bad.svg');
    look(false);
    await screen.settle();
    expect(TestBed.inject(Title).getTitle()).not.toMatch(/^✗ /);
    expect(document.querySelector('link')?.getAttribute('href')).toBe('favicon.svg');
  });

  it('says once, with a link, to somebody who looks at another screen', async () => {
    const screen = await watchBuild('granted');
    screen.socket.serve('build', end);
    screen.socket.serve('build', end);
    expect(TestBed.inject(Notices).all()).toMatchObject([{ text: 'Build 41: Failed', link: '/builds/41' }]);
    expect(Messages.shown).toEqual([]);
  });

  it('explains that messages are blocked, and marks the title all the same', async () => {
    const screen = await watchBuild('denied');
    expect(screen.text()).toContain('This browser blocks messages from this page.');
    look(true);
    screen.socket.serve('build', end);
    await screen.settle();
    expect(Messages.shown).toEqual([]);
    expect(TestBed.inject(Title).getTitle()).toMatch(/^✗ /);
  });

  it('remembers what is watched, and learns after a reload what ended meanwhile', async () => {
    await watchBuild('granted');
    expect(localStorage.getItem('image-manager.watched-builds')).toBe('[41]');
    TestBed.resetTestingModule();
    const screen = await Screen.open('/builds/41');
    for (const call of screen.http.match('/api/builds/41')) call.flush(failedBuild);
    await screen.settle();
    expect(TestBed.inject(Notices).all()).toMatchObject([{ text: 'Build 41: Failed' }]);
    expect(localStorage.getItem('image-manager.watched-builds')).toBe('[]');
  });
});

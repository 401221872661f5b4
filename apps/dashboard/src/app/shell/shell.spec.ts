import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { MATERIAL_ANIMATIONS } from '@angular/material/core';
import { provideRouter } from '@angular/router';
import { Api } from '../api/api';
import { problemInterceptor } from '../api/problem-interceptor';
import { LIVE_SOCKET } from '../live/live';
import { FakeSocket } from '../testing/fake-socket';
import { problem } from '../testing/fixtures';
import { Notices } from './notices';
import { Shell } from './shell';

async function openShell() {
  localStorage.clear();
  const socket = new FakeSocket();
  TestBed.configureTestingModule({
    providers: [
      provideHttpClient(withInterceptors([problemInterceptor])),
      provideHttpClientTesting(),
      provideRouter([]),
      { provide: MATERIAL_ANIMATIONS, useValue: { animationsDisabled: true } },
      { provide: LIVE_SOCKET, useValue: socket.asLiveSocket() },
    ],
  });
  const fixture = TestBed.createComponent(Shell);
  await fixture.whenStable();
  const element = fixture.nativeElement as HTMLElement;
  const choose = async (menu: string, item: string) => {
    element.querySelector<HTMLButtonElement>(`button[aria-label="${menu}"]`)!.click();
    await fixture.whenStable();
    const items = [...document.querySelectorAll<HTMLButtonElement>('[role=menuitemradio]')];
    items.find(({ textContent }) => textContent.trim() === item)!.click();
    await fixture.whenStable();
  };
  return { fixture, element, socket, choose };
}

describe('Shell', () => {
  it('switches the language at run time and tells the document', async () => {
    const { element, choose } = await openShell();
    expect(element.textContent).toContain('Statistics');
    await choose('Language: English', 'Русский');
    expect(element.textContent).toContain('Статистика');
    expect(document.documentElement.lang).toBe('ru');
    await choose('Язык: Русский', 'English');
  });

  it('takes the chosen theme, remembers it, and goes back to the system', async () => {
    const { choose } = await openShell();
    await choose('Theme: System theme', 'Dark');
    expect(document.documentElement.dataset['theme']).toBe('dark');
    expect(localStorage.getItem('image-manager.theme')).toBe('dark');
    await choose('Theme: Dark', 'System theme');
    expect(document.documentElement.dataset['theme']).toBeUndefined();
    localStorage.setItem('image-manager.theme', 'light');
    window.dispatchEvent(new StorageEvent('storage', { key: 'image-manager.theme' }));
    TestBed.tick();
    expect(document.documentElement.dataset['theme']).toBe('light');
  });

  it('says how the live connection is', async () => {
    const { element, socket, fixture } = await openShell();
    const status = () => element.querySelector('im-connection [role=status]')?.textContent;
    expect(status()).toBe('Connecting');
    socket.open();
    await fixture.whenStable();
    expect(status()).toBe('Live');
    socket.lose();
    await fixture.whenStable();
    expect(status()).toBe('Reconnecting');
  });

  it('says since when there is no connection, until there is one', async () => {
    jest.useFakeTimers({
      doNotFake: ['queueMicrotask', 'nextTick', 'setImmediate', 'requestAnimationFrame'],
    });
    jest.setSystemTime(new Date('2026-11-22T14:05:00'));
    try {
      const { element, socket, fixture } = await openShell();
      const connect = jest.spyOn(socket, 'connect');
      socket.open();
      socket.lose();
      await jest.advanceTimersByTimeAsync(1000);
      await fixture.whenStable();
      expect(element.querySelector('.lost')).toBeNull();
      await jest.advanceTimersByTimeAsync(15_000);
      await fixture.whenStable();
      const bar = element.querySelector('[role=status] .lost')!;
      expect(bar.textContent).toMatch(
        /No connection since Nov 22, 2026, 2:05\sPM; what you see is from then/,
      );
      bar.querySelector('button')!.click();
      expect(connect).toHaveBeenCalledTimes(1);
      socket.open();
      await fixture.whenStable();
      expect(element.querySelector('.lost')).toBeNull();
    } finally {
      jest.useRealTimers();
    }
  });

  it('asks to sign in again after a 401 until a request succeeds', async () => {
    const { element, fixture } = await openShell();
    const api = TestBed.inject(Api);
    const http = TestBed.inject(HttpTestingController);
    api.clouds().subscribe({ error: () => {} });
    http
      .expectOne('/api/clouds')
      .flush({ ...problem, status: 401 }, { status: 401, statusText: 'Unauthorized' });
    await fixture.whenStable();
    expect(element.textContent).toContain('no longer accepts your user name and password');
    api.clouds().subscribe();
    http.expectOne('/api/clouds').flush([]);
    await fixture.whenStable();
    expect(element.textContent).not.toContain('no longer accepts');
  });

  it('shows what an action did, and a problem until it is dismissed', async () => {
    const { element, fixture } = await openShell();
    const notices = TestBed.inject(Notices);
    notices.report('Ubuntu was not queued', problem);
    await fixture.whenStable();
    expect(element.querySelector('im-notices [role=status] > ul > li')?.textContent).toContain(
      'No keyring for Ubuntu.',
    );
    element.querySelector<HTMLButtonElement>('button[aria-label=Dismiss]')!.click();
    await fixture.whenStable();
    expect(element.textContent).not.toContain('Ubuntu was not queued');
  });

  it('does what failed once more when asked to, and lets its notice go then', async () => {
    const { element, fixture } = await openShell();
    let canBegin = false;
    const again = jest.fn(() => canBegin);
    TestBed.inject(Notices).report('Ubuntu was not queued', problem, again);
    await fixture.whenStable();
    const retry = element.querySelector<HTMLButtonElement>('im-notices im-problem button')!;
    retry.click();
    await fixture.whenStable();
    expect(element.textContent).toContain('Ubuntu was not queued');
    canBegin = true;
    retry.focus();
    retry.click();
    await fixture.whenStable();
    expect(again).toHaveBeenCalledTimes(2);
    expect(element.textContent).not.toContain('Ubuntu was not queued');
    expect(document.activeElement?.tagName).toBe('MAIN');
  });
});

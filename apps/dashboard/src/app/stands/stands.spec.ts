import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { I18n } from '../i18n/i18n';
import { cloud, image, leaks, problem, refusedCloud, retiredImage } from '../testing/fixtures';
import { Screen } from '../testing/screen';

const NAMES = [cloud, refusedCloud].map(({ name, kind }) => ({ name, kind }));

describe('Stands', () => {
  it('shows a cloud that answers while another is still asked', async () => {
    const screen = await Screen.open('/stands');
    await screen.answer('/api/cloud-names', NAMES);
    await screen.answer('/api/clouds/local', cloud);
    expect(screen.text()).toContain('Reachable');
    expect(screen.text()).toContain('Asking…');
    await screen.answer(`/api/clouds/${refusedCloud.name}`, refusedCloud);
    expect(screen.text()).not.toContain('Asking…');
  });

  it('puts clouds that cannot be reached first, then those with leaks, and moves none afterwards', async () => {
    const screen = await Screen.open('/stands');
    const [well, leaky, gone] = ['a', 'b', 'c'].map((name) => ({ ...cloud, name }));
    const order = () =>
      [...screen.element().querySelectorAll('h2')].map((heading) => heading.textContent.trim());
    await screen.answerClouds([well!, leaky!, { ...gone!, reachable: false }]);
    expect(order()).toEqual(['c', 'a', 'b']);
    await screen.answer('/api/clouds/a/leaks', []);
    await screen.answer('/api/clouds/b/leaks', leaks);
    expect(order()).toEqual(['c', 'b', 'a']);
    screen.socket.serve('images', { cloud: 'b' });
    await screen.answer('/api/clouds/b/leaks', []);
    expect(order()).toEqual(['c', 'b', 'a']);
  });

  it('lists many clouds with what is wrong with each, to go to one', async () => {
    const screen = await Screen.open('/stands');
    document.body.append(screen.element());
    const clouds = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ ...cloud, name, reachable: name !== 'e' }));
    await screen.answerClouds(clouds);
    await screen.answer('/api/clouds/b/leaks', leaks);
    const jumps = () =>
      [...screen.element().querySelectorAll('im-cloud-jumps button')].map(({ textContent }) =>
        textContent.replace(/\s+/g, ' ').trim(),
      );
    expect(jumps()).toEqual(['e Unreachable', 'b 3 leaks', 'a', 'c', 'd']);
    // jsdom has no layout to scroll in.
    const scrolled = jest.fn();
    Element.prototype.scrollIntoView = scrolled;
    await screen.press('c');
    expect(scrolled.mock.contexts).toEqual([screen.element().querySelectorAll('im-cloud-section')[3]]);
    expect(document.activeElement?.textContent.trim()).toBe('c');
    expect(document.activeElement?.tagName).toBe('H2');
  });

  it('says since when a cloud cannot be reached, and asks again on demand', async () => {
    const screen = await Screen.open('/stands');
    await screen.answerClouds([{ ...refusedCloud, unreachableSince: '2026-11-22T10:00:00Z' }]);
    expect(screen.text()).toMatch(/Since Nov 22, 2026/);
    await screen.press(`Try again to reach ${refusedCloud.name}`);
    await screen.answer(`/api/clouds/${refusedCloud.name}`, { ...cloud, name: refusedCloud.name });
    expect(screen.text()).toContain('Reachable');
  });

  it('says why a cloud cannot be reached, and how servers run, in the language of the reader', async () => {
    const screen = await Screen.open('/stands');
    TestBed.inject(I18n).use('ru');
    await screen.answerClouds([cloud, refusedCloud]);
    expect(screen.text()).toContain('Облако не приняло учётные данные');
    expect(screen.text()).toContain('debian 12: эмуляция, под KVM не загружается');
    const english = [...screen.element().querySelectorAll('im-cloud-section [lang=en]')];
    expect(english.map(({ textContent }) => textContent.trim())).toEqual([
      refusedCloud.problem?.message,
      refusedCloud.problem?.advice,
      'failed to set MSR 0x10a',
    ]);
  });

  it('shows why one cloud could not be asked, with a way to try again, beside the others', async () => {
    const screen = await Screen.open('/stands');
    await screen.answer('/api/cloud-names', NAMES);
    await screen.answer('/api/clouds/local', cloud);
    await screen.fail(`/api/clouds/${refusedCloud.name}`, 500, problem);
    expect(screen.text()).toContain('Request req-1');
    expect(screen.text()).toContain('Reachable');
  });

  it('takes what is looked for from the address, and writes it there', async () => {
    const screen = await Screen.open('/stands?text=debian&state=retired&cloud=local');
    await screen.answer('/api/cloud-names', NAMES);
    screen.http.expectNone(`/api/clouds/${refusedCloud.name}`);
    await screen.answer('/api/clouds/local', cloud);
    await screen.answer('/api/clouds/local/images', [image, retiredImage]);
    expect(screen.text()).toContain('1 of 2');
    const field = screen.element().querySelector<HTMLInputElement>('input[type=search]')!;
    expect(field.value).toBe('debian');
    field.value = '';
    field.dispatchEvent(new Event('input'));
    await screen.settle();
    expect(TestBed.inject(Router).url).toBe('/stands?state=retired&cloud=local');
  });

  it('says that no image matches, and shows all again on demand', async () => {
    const screen = await Screen.open('/stands?text=nowhere&state=retired');
    await screen.answerClouds([cloud]);
    await screen.answer('/api/clouds/local/images', [image, retiredImage]);
    expect(screen.text()).toContain('No image here matches');
    expect(screen.element().querySelector('im-image-table')).toBeNull();
    await screen.press('Clear filters');
    expect(TestBed.inject(Router).url).toBe('/stands');
    expect(screen.element().querySelectorAll('im-image-table tbody')).toHaveLength(2);
    expect(screen.element().querySelector<HTMLInputElement>('input[type=search]')!.value).toBe('');
  });
});

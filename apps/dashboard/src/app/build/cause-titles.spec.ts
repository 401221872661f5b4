import { TestBed } from '@angular/core/testing';
import { I18n } from '../i18n/i18n';
import { distro, failedBuild, summary } from '../testing/fixtures';
import { Screen } from '../testing/screen';

const cause = {
  code: 'MIRROR_UNREACHABLE',
  stage: 'build',
  fault: 'host',
  advice: 'Look at the network.',
  message: 'The archive of packages did not answer.',
} as const;
const TITLE = 'Архив пакетов недоступен';

describe('CauseTitles', () => {
  it.each([
    ['/images', 'im-distro-row .cause'],
    ['/statistics', 'im-build-table tbody .cause > span'],
  ])('name causes on %s in the language of the reader, and mark what stays English', async (url, place) => {
    const screen = await Screen.open(url);
    await screen.answer('/api/distros', [{ ...distro, lastBuild: { ...summary, status: 'failed', cause } }]);
    if (url === '/statistics') {
      const items = [{ ...failedBuild, cause }];
      await screen.answer('/api/builds?page=1&pageSize=25', { items, total: 1, page: 1, pageSize: 25 });
    }
    const shown = () => {
      const { lang, title, textContent } = screen.element().querySelector<HTMLElement>(place)!;
      return { lang, title, text: textContent.trim() };
    };
    expect(shown()).toEqual({ lang: 'en', title: cause.message, text: cause.message });
    TestBed.inject(I18n).use('ru');
    await screen.settle();
    expect(shown()).toEqual({ lang: '', title: cause.message, text: TITLE });
  });
});

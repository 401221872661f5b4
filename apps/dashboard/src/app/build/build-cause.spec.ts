import { TestBed } from '@angular/core/testing';
import type { Cause } from '@image-manager/contracts';
import { I18n, type Language } from '../i18n/i18n';
import { BuildCause } from './build-cause';

const QUOTA: Cause = {
  code: 'CLOUD_QUOTA_EXCEEDED',
  fault: 'cloud',
  stage: 'upload',
  cloud: 'lab',
  message: 'Uploading to image 1: Glance answered 413',
  advice: 'Ask the cloud’s operator for a higher quota in Glance.',
};

async function show(cause: Cause, language: Language): Promise<HTMLElement> {
  TestBed.inject(I18n).use(language);
  const fixture = TestBed.createComponent(BuildCause);
  fixture.componentRef.setInput('cause', cause);
  await fixture.whenStable();
  return fixture.nativeElement as HTMLElement;
}

/** Each paragraph, and where it says so its language. */
const paragraphs = (element: HTMLElement) =>
  [...element.querySelectorAll('p')].map((p) => {
    const lang = p.getAttribute('lang');
    return `${lang === null ? '' : `${lang}: `}${p.textContent.replace(/\s+/g, ' ').trim()}`;
  });

describe('the cause of a failed build', () => {
  it('says in English what its code means, then the API’s own sentences', async () => {
    expect(paragraphs(await show(QUOTA, 'en')).slice(1)).toEqual([
      'The quota is used up',
      'en: Uploading to image 1: Glance answered 413',
      'What to do: Ask the cloud’s operator for a higher quota in Glance.',
    ]);
  });

  it('says nothing twice: no title that the message begins with, no lines that it quotes', async () => {
    const message = 'A required check failed: system.failed-units: failed: nginx.service';
    const cause = { ...QUOTA, code: 'CHECK_FAILED', message };
    const element = await show({ ...cause, lines: ['system.failed-units: failed: nginx.service'] }, 'en');
    expect(paragraphs(element)[1]).toBe(`en: ${message}`);
    expect(element.querySelector('pre')).toBeNull();
    const other = await show(
      { ...cause, lines: ['system.failed-units: failed: nginx.service', 'and more'] },
      'en',
    );
    expect(other.querySelector('pre')?.textContent).toContain('and more');
  });

  it('says in Russian what happened and what to do, and keeps the API’s sentences beside it', async () => {
    expect(paragraphs(await show(QUOTA, 'ru')).slice(1)).toEqual([
      'Квота исчерпана',
      'en: Uploading to image 1: Glance answered 413',
      'Что делать: Удалите в проекте лишнее или попросите оператора облака увеличить квоту или предел размера.',
      'en: Ask the cloud’s operator for a higher quota in Glance.',
    ]);
  });

  it('shows a code that it does not know with the API’s sentences alone', async () => {
    const element = await show({ ...QUOTA, code: 'SOMETHING_NEW' }, 'ru');
    expect(paragraphs(element).slice(1)).toEqual([
      'en: Uploading to image 1: Glance answered 413',
      'Что делать: Ask the cloud’s operator for a higher quota in Glance.',
    ]);
    expect(element.querySelector('.title')?.textContent).toBe('Uploading to image 1: Glance answered 413');
  });
});

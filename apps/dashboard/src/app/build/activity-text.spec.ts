import { ACTIVITIES, activity, activityOf, filled } from '@image-manager/contracts';
import { activities } from '../i18n/texts/activities.ru';
import { activityText } from './activity-text';

const gaps = (sentence: string) => sentence.match(/\{\w+\}/g) ?? [];

describe('activityText', () => {
  it.each(Object.entries(ACTIVITIES))('says %s in Russian, with all that it holds', (code, sentence) => {
    const russian = activities[code as keyof typeof ACTIVITIES];
    expect(gaps(russian)).toEqual(gaps(sentence));
    const fillings = { build: '5', name: 'build-5 (1/2)', reason: 'The disk: of build 5\nis full' };
    expect(activityText(filled(sentence, fillings), 'ru')).toEqual({ text: filled(russian, fillings) });
  });

  it('begins each sentence alike in both languages, as they stand one after the other in the same place', () => {
    for (const sentence of [...Object.values(ACTIVITIES), ...Object.values(activities)])
      expect(sentence).toMatch(/^\p{Lu}/u);
  });

  it('tells each sentence from all others', () => {
    for (const [code, sentence] of Object.entries(ACTIVITIES)) {
      expect(activityOf(filled(sentence, { build: 5, name: 'server web', reason: 'Uploading' }))?.code).toBe(
        code,
      );
    }
    expect(activityOf('Uploading backwards')).toBeUndefined();
    expect(activityOf('')).toBeUndefined();
    expect(activity('build.verify', { build: 5 })).toBe('Verifying the artifact of build 5');
  });

  it('leaves English as the API says it, and marks what it does not know in Russian', () => {
    expect(activityText('Uploading', 'en')).toEqual({ text: 'Uploading' });
    expect(activityText('counting sheep', 'ru')).toEqual({ text: 'counting sheep', lang: 'en' });
  });
});

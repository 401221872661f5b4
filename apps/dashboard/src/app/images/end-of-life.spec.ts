import { TestBed } from '@angular/core/testing';
import { MATERIAL_ANIMATIONS } from '@angular/material/core';
import type { EndOfLifeView } from '@image-manager/contracts';
import { I18n, type Language } from '../i18n/i18n';
import { EndOfLife } from './end-of-life';

const ended: EndOfLifeView = {
  phase: 'ended',
  phases: [
    { phase: 'supported', until: '2022-06-30', over: true },
    { phase: 'lts', until: '2024-06-30', over: true },
  ],
};

describe('EndOfLife', () => {
  it.each<[Language, RegExp]>([
    ['en', /Support ended.*since Jun 30, 2024/],
    ['ru', /Поддержка окончена.*с 30 июн. 2024 г./],
  ])('says in %s since when support has ended', async (language, words) => {
    TestBed.configureTestingModule({
      providers: [{ provide: MATERIAL_ANIMATIONS, useValue: { animationsDisabled: true } }],
    });
    TestBed.inject(I18n).use(language);
    const fixture = TestBed.createComponent(EndOfLife);
    fixture.componentRef.setInput('endOfLife', ended);
    await fixture.whenStable();
    expect((fixture.nativeElement as HTMLElement).textContent.replace(/\s+/g, ' ')).toMatch(words);
  });
});

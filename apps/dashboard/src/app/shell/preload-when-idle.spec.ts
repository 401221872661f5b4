import { ApplicationRef, PendingTasks } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { firstValueFrom, of, throwError } from 'rxjs';
import { PreloadWhenIdle } from './preload-when-idle';

describe('PreloadWhenIdle', () => {
  it('fetches a screen once what the first one waits for is there', async () => {
    const isFirstScreenReady = TestBed.inject(PendingTasks).add();
    const load = jest.fn(() => of('screen'));
    const fetched = firstValueFrom(TestBed.inject(PreloadWhenIdle).preload({}, load));
    await new Promise((settle) => setTimeout(settle));
    expect(load).not.toHaveBeenCalled();
    isFirstScreenReady();
    await TestBed.inject(ApplicationRef).whenStable();
    expect(await fetched).toBe('screen');
  });

  it('is silent about a screen that cannot be fetched now', async () => {
    const failing = TestBed.inject(PreloadWhenIdle).preload({}, () => throwError(() => new Error('away')));
    expect(await firstValueFrom(failing, { defaultValue: 'nothing' })).toBe('nothing');
  });
});

import { TestBed } from '@angular/core/testing';
import type { StageView } from '@image-manager/contracts';
import { I18n } from '../i18n/i18n';
import { StageWaterfall } from './stage-waterfall';

const BEGIN = Date.parse('2026-11-22T10:00:00Z');
const at = (seconds: number) => new Date(BEGIN + seconds * 1000).toISOString();
const ran = (stage: StageView['stage'], cloud: string, from: number, to: number): StageView => ({
  stage,
  cloud,
  status: 'succeeded',
  startedAt: at(from),
  finishedAt: at(to),
});

async function show(stages: StageView[], now = BEGIN) {
  jest.useFakeTimers({ now, doNotFake: ['queueMicrotask', 'setTimeout', 'nextTick'] });
  TestBed.inject(I18n).use('en');
  const fixture = TestBed.createComponent(StageWaterfall);
  fixture.componentRef.setInput('stages', stages);
  await fixture.whenStable();
  const element = fixture.nativeElement as HTMLElement;
  const words = (node: Element) => node.textContent.replace(/\s+/g, ' ').trim();
  return {
    fixture,
    rows: () =>
      [...element.querySelectorAll('tbody tr')].map((row) => [...row.children].map(words).join(' | ')),
    bars: () =>
      [...element.querySelectorAll<HTMLElement>('.bar')].map(({ style }) => [
        Math.round(parseFloat(style.left)),
        Math.round(parseFloat(style.width)),
      ]),
  };
}

describe('StageWaterfall', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is a table that says of each stage when it began and how long it took, cloud by cloud', async () => {
    const { rows, bars } = await show([
      ran('build', '', 0, 60),
      ran('upload', 'local', 60, 80),
      ran('upload', 'lab', 60, 100),
      { stage: 'boot', cloud: 'lab', status: 'skipped' },
    ]);
    expect(rows()).toEqual([
      'Build host',
      'Build | Succeeded | 0ms | 1m',
      'local',
      'Upload | Succeeded | 1m | 20s',
      'lab',
      'Upload | Succeeded | 1m | 40s',
      'Boot | Skipped |  | ',
    ]);
    expect(bars()).toEqual([
      [0, 60],
      [60, 20],
      [60, 40],
    ]);
  });

  it('tells the clean-up of the only cloud from that of the build host', async () => {
    const { rows } = await show([
      ran('build', '', 0, 60),
      ran('cleanup', 'lab', 60, 65),
      ran('cleanup', '', 65, 66),
    ]);
    expect(rows()).toEqual([
      'Build host',
      'Build | Succeeded | 0ms | 1m',
      'lab',
      'Clean up | Succeeded | 1m | 5s',
      'Build host',
      'Clean up | Succeeded | 1m 5s | 1s',
    ]);
  });

  it('lets a running stage grow with the clock, and says how far it is and what it does', async () => {
    const stages: StageView[] = [
      ran('build', '', 0, 60),
      {
        stage: 'boot',
        cloud: 'local',
        status: 'running',
        startedAt: at(60),
        deadlineAt: at(300),
        progress: 0.4,
        activity: 'waiting for the kernel',
      },
    ];
    const { fixture, rows, bars } = await show(stages, BEGIN + 80_000);
    expect(bars()[1]).toEqual([75, 25]);
    expect(rows().at(-1)).toBe('40%waiting for the kerneldeadline in 3m 40s');
    jest.advanceTimersByTime(40_000);
    await fixture.whenStable();
    expect(bars()[1]).toEqual([50, 50]);
    expect(rows().at(-2)).toBe('Boot | Running | 1m | 1m');
  });

  it('says why a stage failed only where the build does not say it', async () => {
    const cause = {
      code: 'CLOUD_QUOTA_EXCEEDED',
      fault: 'cloud' as const,
      stage: 'upload' as const,
      message: 'Glance refuses the image',
      advice: '',
    };
    const { fixture, rows } = await show([
      { ...ran('upload', 'lab', 0, 5), status: 'failed', cause },
      { ...ran('boot', 'local', 0, 5), status: 'failed', cause: { ...cause, message: 'No valid host' } },
    ]);
    fixture.componentRef.setInput('cause', cause);
    await fixture.whenStable();
    expect(rows().join()).toContain('No valid host');
    expect(rows().join()).not.toContain('Glance refuses the image');
  });
});

import { expiredImages, judgeReport, planStages, promotionWrites, undoOrder } from './index.js';
import { assertBuildMove, assertStageMove, buildOutcome } from './status.js';

describe('planStages', () => {
  it('gives each cloud its own row and cleans the host last', () => {
    const plan = planStages(['a', 'b']).map(({ stage, cloud }) => `${cloud}/${stage}`);
    expect(plan).toEqual([
      '/build',
      'a/upload',
      'a/boot',
      'a/test',
      'a/promote',
      'a/cleanup',
      'b/upload',
      'b/boot',
      'b/test',
      'b/promote',
      'b/cleanup',
      '/cleanup',
    ]);
  });
});

describe('statuses', () => {
  it('never leave a final status', () => {
    expect(() => {
      assertBuildMove('cancelled', 'running');
    }).toThrow('a build cannot go from cancelled to running');
    expect(() => {
      assertStageMove('succeeded', 'running');
    }).toThrow('a stage cannot go from succeeded to running');
    expect(() => {
      assertStageMove('running', 'running');
    }).not.toThrow();
  });

  const promote = (cloud: string, status: 'succeeded' | 'failed' | 'skipped') =>
    ({ stage: 'promote', cloud, status }) as const;

  it('call a build partial when one cloud has its image and another has not', () => {
    expect(buildOutcome([promote('a', 'succeeded'), promote('b', 'failed')], false)).toBe('partial');
  });

  it('call a build succeeded although its cleanup failed, and although it was cancelled too late', () => {
    expect(
      buildOutcome([promote('a', 'succeeded'), { stage: 'cleanup', cloud: 'a', status: 'failed' }], true),
    ).toBe('succeeded');
  });

  it('call a build cancelled only when nothing was promoted', () => {
    expect(buildOutcome([promote('a', 'skipped')], true)).toBe('cancelled');
    expect(buildOutcome([promote('a', 'skipped')], false)).toBe('failed');
  });
});

describe('undoOrder', () => {
  it('takes back the last thing first, in one cloud, and leaves what is kept or gone', () => {
    const entry = (id: number, cloud: string, state: 'intended' | 'held' | 'kept' | 'released') =>
      ({ id, cloud, state, kind: 'server' }) as const;
    const entries = [
      entry(1, 'a', 'held'),
      entry(2, 'b', 'held'),
      entry(3, 'a', 'kept'),
      entry(4, 'a', 'released'),
      entry(5, 'a', 'intended'),
    ];
    expect(undoOrder(entries, 'a').map(({ id }) => id)).toEqual([5, 1]);
  });
});

describe('promotionWrites', () => {
  const image = (id: string, name: string, hidden: boolean) => ({
    id,
    name,
    hidden,
    createdAt: new Date('2026-11-22T10:31:59Z'),
  });

  it('shows the new image before it hides the old one', () => {
    const writes = promotionWrites(
      image('new', 'candidate', true),
      [image('new', 'candidate', true), image('old', 'Debian 12', false)],
      'Debian 12',
    );
    expect(writes).toEqual([
      { imageId: 'new', kind: 'promote', name: 'Debian 12', hidden: false },
      { imageId: 'old', kind: 'retire', name: 'Debian 12 (2026-11-22 10:31)', hidden: true },
    ]);
  });

  it('completes an interrupted promotion without repeating its first write', () => {
    const writes = promotionWrites(
      image('new', 'Debian 12', false),
      [image('new', 'Debian 12', false), image('old', 'Debian 12', false)],
      'Debian 12',
    );
    expect(writes.map(({ imageId, kind }) => `${kind} ${imageId}`)).toEqual(['retire old']);
  });

  it('retires the image that bears the name the definition had before', () => {
    const writes = promotionWrites(
      image('new', 'Debian 12', false),
      [image('old', 'debian-12', false)],
      'Debian 12',
    );
    expect(writes).toEqual([
      { imageId: 'old', kind: 'retire', name: 'debian-12 (2026-11-22 10:31)', hidden: true },
    ]);
  });

  it('has nothing to do when it is done', () => {
    expect(
      promotionWrites(image('new', 'Debian 12', false), [image('old', 'Debian 12', true)], 'Debian 12'),
    ).toEqual([]);
  });
});

describe('expiredImages', () => {
  const now = new Date('2026-11-22T00:00:00Z');
  const retired = (id: string, days: number) => ({
    id,
    retiredAt: new Date(now.getTime() - days * 86_400_000),
  });

  it('keeps the newest however old, and the rest until they are too old', () => {
    const images = [retired('oldest', 90), retired('older', 60), retired('old', 20), retired('newest', 15)];
    expect(expiredImages(images, { keep: 1, maxAgeDays: 30 }, now)).toEqual(['oldest', 'older']);
    expect(expiredImages(images, { keep: 4, maxAgeDays: 0 }, now)).toEqual([]);
  });
});

describe('judgeReport', () => {
  const check = (name: string, status: 'pass' | 'fail' | 'warn' | 'skip') => ({
    name,
    status,
    reason: 'why',
  });

  it('fails on a required check that failed or is missing', () => {
    const verdict = judgeReport([check('a', 'fail'), check('b', 'fail')], ['a', 'c']);
    expect(verdict.passed).toBe(false);
    expect(verdict.failed.map(({ name }) => name)).toEqual(['a']);
    expect(verdict.missing).toEqual(['c']);
  });

  it('passes with warnings, skips and failures nobody asked for', () => {
    expect(judgeReport([check('a', 'warn'), check('b', 'skip'), check('c', 'fail')], ['a', 'b']).passed).toBe(
      true,
    );
  });
});

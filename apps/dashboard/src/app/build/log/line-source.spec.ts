import type { LogLine, LogPage } from '@image-manager/contracts';
import { defer, NEVER, type Observable, of, throwError } from 'rxjs';
import type { LogPageRequest } from '../../api/api';
import { logLines } from '../../testing/fake-socket';
import { LineSource } from './line-source';

/** A server with a log; remembers what it was asked for. */
function server(total: number, respond?: () => Observable<LogPage>) {
  const requests: LogPageRequest[] = [];
  const api = {
    logPage: (_id: number, request: LogPageRequest): Observable<LogPage> =>
      defer(() => {
        requests.push(request);
        if (respond) return respond();
        const from = request.from ?? 1;
        return of({ lines: logLines(from, Math.min(total, from + (request.limit ?? 1000) - 1)), total });
      }),
  };
  return { api, requests };
}

const rest = () => {
  jest.advanceTimersByTime(50);
};

describe('LineSource', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('asks only for what is looked at, once', () => {
    const { api, requests } = server(1_000_000);
    const source = new LineSource(api, 7, {}, 1_000_000);
    source.look(999_900, 1_000_000);
    rest();
    source.look(999_910, 1_000_000);
    rest();
    expect(requests).toEqual([{ from: 999_501, limit: 1000 }]);
    expect(source.pages.lines(1999)).toHaveLength(500);
  });

  it('asks for nothing that a dragged scroll bar only passes', () => {
    const { api, requests } = server(1_000_000);
    const source = new LineSource(api, 7, {}, 1_000_000);
    for (let n = 1; n < 900_000; n += 10_000) {
      source.look(n, n + 60);
      jest.advanceTimersByTime(16);
    }
    rest();
    expect(requests).toEqual([{ from: 890_001, limit: 1000 }]);
  });

  it('joins live lines to those it fetched, without gap or double', () => {
    const { api } = server(1200);
    const source = new LineSource(api, 7, {}, 1200);
    source.look(1150, 1200);
    rest();
    source.append(logLines(1201, 1700));
    const numbers = [...(source.pages.lines(2) ?? []), ...(source.pages.lines(3) ?? [])].map(({ n }) => n);
    expect(numbers).toEqual(Array.from({ length: 700 }, (_, at) => 1001 + at));
  });

  it('takes lines that came while the server counted', () => {
    const { api } = server(0, () => of({ lines: logLines(1, 98), total: 90 }));
    const source = new LineSource(api, 7, {}, 90);
    source.look(1, 60);
    rest();
    source.append(logLines(99, 103));
    expect(source.pages.lines(0)?.map(({ n }) => n)).toEqual(Array.from({ length: 103 }, (_, at) => at + 1));
  });

  it('fetches what was skipped when somebody looks there', () => {
    const { api, requests } = server(9000);
    const source = new LineSource(api, 7, {}, 1200);
    source.grow(9000);
    source.look(5000, 5060);
    rest();
    expect(requests).toEqual([{ from: 4501, limit: 1000 }]);
  });

  it('takes of live lines only those that the filter leaves', () => {
    const { api } = server(0);
    const source = new LineSource(api, 7, { stage: 'boot' }, 0);
    const boot: LogLine[] = logLines(3, 4, { stage: 'boot' });
    source.append([...logLines(1, 2), ...boot]);
    expect(source.pages.lines(0)).toEqual(boot);
  });

  it('says what went wrong and asks again when told to, not by itself', () => {
    let broken = true;
    const { api, requests } = server(100, () =>
      broken ? throwError(() => new Error('gone')) : of({ lines: logLines(1, 100), total: 100 }),
    );
    const source = new LineSource(api, 7, {}, 100);
    source.look(1, 60);
    rest();
    source.look(1, 60);
    rest();
    expect(source.problem()?.detail).toBe('gone');
    expect(requests).toHaveLength(1);
    broken = false;
    source.retry();
    expect(source.problem()).toBeUndefined();
    expect(source.pages.lines(0)).toHaveLength(100);
  });

  it('ends what is under way when it is closed', () => {
    const { api } = server(100, () => NEVER);
    const source = new LineSource(api, 7, {}, 100);
    source.look(1, 60);
    rest();
    source.close();
    expect(jest.getTimerCount()).toBe(0);
  });
});

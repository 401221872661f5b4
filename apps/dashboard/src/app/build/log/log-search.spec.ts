import type { LogSearchResult } from '@image-manager/contracts';
import { defer, NEVER, type Observable, of, throwError } from 'rxjs';
import type { LogSearchRequest } from '../../api/api';
import { LogSearch } from './log-search';

const NAMED = 10_000;
const wish = { text: 'error', regex: false, caseSensitive: false };

/** A server whose log has matches in these lines; it names ten thousand at a time, as the real one does. */
function server(lines: number[], length: number) {
  const requests: LogSearchRequest[] = [];
  const log = { lines, length };
  const api = {
    searchLog: (_id: number, request: LogSearchRequest): Observable<LogSearchResult> =>
      defer(() => {
        requests.push(request);
        const found = log.lines.filter((n) => n >= (request.from ?? 1));
        return of({
          total: found.length,
          truncated: found.length > NAMED,
          matches: found.slice(0, NAMED).map((n) => ({ n, ranges: [[0, 5]] })),
          searchedTo: log.length,
        });
      }),
  };
  return { api, requests, log };
}

const every = (step: number, to: number) =>
  Array.from({ length: Math.floor(to / step) }, (_, i) => (i + 1) * step);

describe('LogSearch', () => {
  it('counts all matches and stands at the first one from where the person is', async () => {
    const { api, requests } = server([10, 20, 30], 100);
    const search = new LogSearch(api, 7);
    expect(await search.start(wish, { stage: 'boot' }, 15)).toBe(20);
    expect(search.total()).toBe(3);
    expect(search.current()).toEqual({ n: 20, position: 2 });
    expect(requests).toEqual([{ q: 'error', regex: false, caseSensitive: false, from: 1, stage: 'boot' }]);
  });

  it('goes on to the next and the previous one, and round at both ends', async () => {
    const search = new LogSearch(server([10, 20, 30], 100).api, 7);
    await search.start(wish, {}, 25);
    expect(await search.next(30)).toBe(10);
    expect(await search.previous(10)).toBe(30);
    expect(await search.previous(30)).toBe(20);
    expect(search.current()?.position).toBe(2);
  });

  it('says where a line matches', async () => {
    const search = new LogSearch(server([10], 100).api, 7);
    await search.start(wish, {}, 1);
    expect(search.rangesOf(10)).toEqual([[0, 5]]);
    expect(search.rangesOf(11)).toBeUndefined();
  });

  it('steps through more matches than the server names at a time, forwards and backwards, with true positions', async () => {
    const search = new LogSearch(server(every(2, 100_000), 100_000).api, 7);
    await search.start(wish, {}, 1);
    expect(search.total()).toBe(50_000);
    expect(await search.next(20_000)).toBe(20_002);
    expect(search.current()).toEqual({ n: 20_002, position: 10_001 });
    expect(await search.previous(20_002)).toBe(20_000);
    expect(search.current()).toEqual({ n: 20_000, position: 10_000 });
    expect(await search.next(100_000)).toBe(2);
    expect(await search.previous(2)).toBe(100_000);
    expect(search.current()).toEqual({ n: 100_000, position: 50_000 });
  });

  it('finds the last of very many matches far before a long stretch without any', async () => {
    const search = new LogSearch(server(every(1, 60_000), 900_000).api, 7);
    await search.start(wish, {}, 1);
    expect(await search.previous(1)).toBe(60_000);
    expect(search.current()).toEqual({ n: 60_000, position: 60_000 });
  });

  it('fetches the matches around where somebody looks', async () => {
    const search = new LogSearch(server(every(1, 30_000), 30_000).api, 7);
    await search.start(wish, {}, 1);
    expect(search.rangesOf(25_000)).toBeUndefined();
    search.look(24_990, 25_050);
    await Promise.resolve();
    await Promise.resolve();
    expect(search.rangesOf(25_000)).toEqual([[0, 5]]);
    expect(search.current()?.n).toBe(1);
  });

  it('counts on in a log that grows, from the line after the last one it looked at', async () => {
    jest.useFakeTimers();
    const { api, requests, log } = server([10, 20], 100);
    const search = new LogSearch(api, 7);
    await search.start(wish, {}, 1);
    Object.assign(log, { lines: [10, 20, 150], length: 200 });
    search.grow(180);
    search.grow(200);
    await jest.advanceTimersByTimeAsync(1_500);
    expect(requests.map(({ from }) => from)).toEqual([1, 101]);
    expect(search.total()).toBe(3);
    expect(search.rangesOf(150)).toEqual([[0, 5]]);
    jest.useRealTimers();
  });

  it('shows what the server says of an expression that it cannot read', async () => {
    const search = new LogSearch({ searchLog: () => throwError(() => new Error('missing )')) }, 7);
    expect(await search.start({ ...wish, regex: true }, {}, 1)).toBeUndefined();
    expect(search.problem()?.detail).toBe('missing )');
    expect(search.busy()).toBe(false);
  });

  it('gives up a search for another one, and forgets it when the field is emptied', async () => {
    const search = new LogSearch({ searchLog: () => NEVER }, 7);
    const first = search.start(wish, {}, 1);
    expect(search.busy()).toBe(true);
    await search.start({ ...wish, text: '' }, {}, 1);
    expect(await first).toBeUndefined();
    expect(search.busy()).toBe(false);
    expect(search.problem()).toBeUndefined();
    expect(search.active()).toBe(false);
  });
});

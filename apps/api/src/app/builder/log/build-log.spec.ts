import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  BuildSummary,
  LogMarks,
  LogOutline,
  LogPage,
  LogSearchResult,
  Page,
} from '@image-manager/contracts';
import { endedBuild } from '../../../testing/ended-build.js';
import { AUTHORIZATION, startTestApp, type TestApp } from '../../../testing/test-app.js';
import type { LogStore } from '../../storage/index.js';

/** What this process, which the database is part of, has read so far. Source: proc(5), /proc/pid/io. */
const bytesRead = (): number => Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);

describe('a build’s log', () => {
  let api: TestApp;
  let log: LogStore;
  let id: number;
  let first: number;

  beforeAll(async () => {
    api = await startTestApp();
    const { LogStore: Store } = await import('../../storage/index.js');
    log = api.app.get(Store);
    id = (await endedBuild(api)).id;
    first = (await read<LogPage>('log')).total + 1;
    for (let from = 0; from < 40_000; from += 2000) {
      await log.append(
        id,
        Array.from({ length: 2000 }, (_, index) => ({
          stage: 'test' as const,
          cloud: 'lab',
          stream: 'console' as const,
          text: `unpacking ${from + index} \u001b[31mERR\u001b[0mOR.`,
        })),
      );
    }
    await log.flush(id);
  });
  afterAll(() => api.close());

  const read = async <T>(path: string): Promise<T> =>
    (await (await api.request(`/api/builds/${id}/${path}`)).json()) as T;
  const search = (query: string) => read<LogSearchResult>(`log/search?${query}`);

  it('is searched as a whole, literally, as a person sees it', async () => {
    const found = await search('q=error.&cloud=lab');
    expect(found).toMatchObject({ total: 40_000, truncated: true, searchedTo: first + 39_999 });
    expect(found.matches).toHaveLength(10_000);
    expect(found.matches[0]).toEqual({ n: first, ranges: [[12, 18]] });
    expect((await search('q=error.&caseSensitive=true')).total).toBe(0);
    expect((await search('q=ing+39999+')).matches).toEqual([{ n: first + 39_999, ranges: [[6, 16]] }]);
    expect((await search(`q=ing&stage=test&from=${first + 39_998}`)).total).toBe(2);
  });

  it('is searched by expressions that take no time out of proportion', async () => {
    expect((await search('q=ing+1%5Cd%7B4%7D+E&regex=true')).total).toBe(10_000);
    expect((await search('q=(u%2B)%2B%5C%5Bx&regex=true')).total).toBe(0);
  });

  it('lets everything else go on while it is searched', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const begin = performance.now();
    await search('q=%5Cd%2B9+e&regex=true');
    clearInterval(timer);
    // At least one turn for each slice and a half, whatever the machine's pace.
    expect(turns).toBeGreaterThan((performance.now() - begin) / 100);
  });

  it('tells where stages begin and the line of the failure, and is read from the middle', async () => {
    const marks = await read<LogMarks>('log/marks');
    expect(marks.stages).toContainEqual({ stage: 'test', cloud: 'lab', line: first });
    expect(marks.total).toBe(first + 39_999);
    const [line] = (await read<LogPage>(`log?from=${marks.firstError!}&limit=1`)).lines;
    expect(line?.text).toContain('build failed:');
    const page = await read<LogPage>(`log?from=${first + 20_000}&limit=1000`);
    expect(page.lines.map(({ n }) => n)).toEqual(
      Array.from({ length: 1000 }, (_, index) => first + 20_000 + index),
    );
  });

  it('belongs to a build that the history finds by several filters at once', async () => {
    const total = async (query: string) =>
      ((await (await api.request(`/api/builds?${query}`)).json()) as Page<BuildSummary>).total;
    expect(await total('distroId=ubuntu-24.04&distroId=debian-12&status=failed&status=partial')).toBe(1);
    expect(await total('text=UBUNTU-24')).toBe(1);
    expect(await total(`text=${id}`)).toBe(1);
    expect(await total('text=100%25_no')).toBe(0);
    expect(await total('from=2001-01-01&to=2002-01-01')).toBe(0);
    expect(await total('from=2001-01-01')).toBe(1);
  });

  it('tells what disk-image-create did, and where its phases and scripts begin', async () => {
    const other = (await endedBuild(api)).id;
    const before = await log.tail(other, 1);
    const fixture = new URL(
      '../../../../../../libs/disk-image-builder/fixtures/script-failed.log',
      import.meta.url,
    );
    const output = readFileSync(fixture, 'utf8').trimEnd().split('\n');
    for (const part of [output.slice(0, 1500), output.slice(1500)]) {
      const lines = part.map((text) => ({
        stage: 'build' as const,
        cloud: '',
        stream: 'stdout' as const,
        text,
      }));
      await log.append(other, lines);
      await log.flush(other);
    }
    const { phases } = (await (await api.request(`/api/builds/${other}/log/outline`)).json()) as LogOutline;
    expect(phases.map(({ name, scripts }) => `${name} ${scripts.length}`)).toEqual([
      'root.d 8',
      'extra-data.d 6',
      'pre-install.d 6',
      'install.d 10',
      'post-install.d 8',
      'block-device 0',
      'finalise.d 5',
      'cleanup.d 5',
    ]);
    const bootstrap = phases[0]?.scripts[0];
    expect(bootstrap).toMatchObject({ name: '08-debootstrap', durationMs: 94_284 });
    expect(bootstrap?.line).toBe((before[0]?.n ?? 0) + 97);
    const [unfinished] = phases.flatMap(({ scripts }) =>
      scripts.filter((one) => one.durationMs === undefined),
    );
    expect(unfinished?.name).toBe('96-image-manager-hygiene');
  });

  it('is no longer read once nobody waits for the answer to a search', async () => {
    const large = (await endedBuild(api)).id;
    for (let chunk = 0; chunk < 40; chunk += 1) {
      await log.append(
        large,
        Array.from({ length: 2000 }, () => ({
          stage: 'test' as const,
          cloud: 'lab',
          stream: 'console' as const,
          text: randomBytes(48).toString('hex'),
        })),
      );
    }
    await log.flush(large);
    const path = `/api/builds/${large}/log/search?q=(b%2B)%2B%5C%5Bx&regex=true`;
    const before = bytesRead();
    await (await api.request(path)).json();
    const wholeLog = bytesRead() - before;
    expect(wholeLog).toBeGreaterThan(2_000_000);

    const begin = bytesRead();
    const client = request(`${api.url}${path}`, { headers: { authorization: AUTHORIZATION } });
    client.on('error', () => undefined).end();
    while (bytesRead() - begin < wholeLog / 20) await sleep(5);
    client.destroy();
    // A search that goes on reads in each of its turns, and in the end all of it.
    let last = begin;
    while (bytesRead() - last > wholeLog / 100) {
      last = bytesRead();
      await sleep(500);
    }
    expect(last - begin).toBeLessThan(wholeLog / 2);
  }, 120_000);
});

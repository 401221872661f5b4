import 'reflect-metadata';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import {
  startStandIn,
  type Effect,
  type RecordedRequest,
  type StandIn,
} from '@image-manager/cloud-openstack/testing';
import { ApiProcess } from '../../testing/api-process.js';
import { StandInGuests } from '../../testing/stand-in-guests.js';

const CLOUD = 'openstack';

/**
 * Every call that changes something, in the order in which a build with a current image before it makes them. A new one in
 * the product has to come into this list: the first test compares.
 */
const WRITES = [
  'POST /images',
  'PUT /images/*/file',
  'POST /servers',
  'PATCH /images/* show',
  'PATCH /images/* hide',
  'DELETE /servers/*',
] as const;

/** What is asked between them. */
const READS = [
  'GET /images/*',
  'GET /images',
  'GET /servers/*',
  'GET /flavors/*',
  'GET /limits',
  'GET /networks',
];

/** `before`: the service never sees the call; `after`: it does its work, and the answer is lost with us. */
const MOMENTS = ['before', 'after'] as const;

describe('kill -9 at each call to OpenStack', () => {
  let standIn: StandIn;
  let api: ApiProcess;
  let guests: StandInGuests;
  let artifactOf: number;

  beforeAll(async () => {
    standIn = await startStandIn();
    api = await ApiProcess.create({ ...standIn.environment(), GRPC_PUBLIC_ADDRESS: '192.0.2.1:50051' });
    api.editDefinition((text) =>
      text
        .replace(/^minDiskGb:.*$/m, 'minDiskGb: 1')
        .replace(/^minMemoryMb:.*$/m, 'minMemoryMb: 128')
        .replace(/^retention:\n {2}keep: .*$/m, 'retention:\n  keep: 2'),
    );
    await api.start();
    guests = new StandInGuests(standIn, api.grpcAddress);
    artifactOf = await api.create();
    expect((await api.finished(artifactOf)).status).toBe('succeeded');
  }, 60_000);
  afterAll(async () => {
    await api.close();
    await guests.stop();
    await standIn.close();
  });
  afterEach(() => {
    standIn.clearFaults();
  });

  const visible = () => standIn.images().filter(({ hidden, name }) => !hidden && name === 'Debian 12');

  /** Looks all the time whether users have an image. */
  const watch = () => {
    const counts = new Set<number>();
    const done = new AbortController();
    const watching = (async () => {
      while (!done.signal.aborted) {
        counts.add(visible().length);
        await sleep(5);
      }
    })();
    return async () => {
      done.abort();
      await watching;
      return counts;
    };
  };

  const expectAtRest = async (id: number): Promise<void> => {
    const problems = (): string[] => [
      ...standIn.servers().map(({ name }) => `server ${name}`),
      ...standIn
        .images()
        .filter(({ name }) => name.includes('candidate'))
        .map(({ name, status }) => `image ${name} ${status}`),
      ...standIn
        .images()
        .filter(({ status }) => status !== 'active')
        .map(({ name, status }) => `image ${name} ${status}`),
      ...(visible().length === 1 ? [] : [`${visible().length} visible images`]),
      ...openRows(api.storagePath),
    ];
    for (let tries = 0; tries < 100 && problems().length > 0; tries += 1) await sleep(50);
    expect(problems()).toEqual([]);
    const current = (await api.images(CLOUD)).filter(({ state }) => state === 'current');
    expect(current.map((image) => image.id)).toEqual(visible().map((image) => image.id));
    const { lines, total } = await api.log(id);
    expect(lines.map(({ n }) => n)).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  };

  const strike = async (call: string, moment: (typeof MOMENTS)[number]): Promise<void> => {
    const struck = new AbortController();
    const effect: Effect = async (exchange, handle) => {
      struck.abort();
      exchange.deliver = () => {
        exchange.cut();
      };
      if (moment === 'after') await handle();
      api.kill();
      exchange.cut();
    };
    const stopWatching = watch();
    try {
      const id = await api.create({ artifactOf });
      standIn.fault({ match: matcher(call), times: 1, effect });
      for (let tries = 0; tries < 600 && !struck.signal.aborted; tries += 1) await sleep(20);
      expect(struck.signal.aborted).toBe(true);
      await api.ended();
      await api.start();
      const build = await api.finished(id);
      if (build.status === 'failed') expect(build.cause?.message).toMatch(/\S/);
      expect(['succeeded', 'failed']).toContain(build.status);
      await expectAtRest(id);
    } finally {
      const counts = [...(await stopWatching())];
      expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
      expect(Math.max(...counts)).toBeLessThanOrEqual(2);
    }
  };

  it('knows every call that changes something', async () => {
    const from = standIn.requests.length;
    const id = await api.create({ artifactOf });
    expect((await api.finished(id)).status).toBe('succeeded');
    const writes = standIn.requests
      .slice(from)
      .map(nameOf)
      .filter((name) => !/^GET |action$|tokens$/.test(name));
    expect(writes).toEqual(WRITES);
    await expectAtRest(id);
  });

  describe.each(MOMENTS)('%s', (moment) => {
    it.each(WRITES)(`${moment} %s`, (call) => strike(call, moment), 60_000);
  });

  it.each(READS)('at %s', (call) => strike(call, 'before'), 60_000);
});

/** Method and path, without the service's prefix and ids. */
function shortName({ method, path }: Readonly<RecordedRequest>): string {
  const short = path
    .replace(/^\/(identity|image|compute|networking|volume)(\/v\d+(\.\d+)?)?/, '')
    .replace(/\/(images|servers|flavors)\/[^/]+/, '/$1/*');
  return `${method} ${short}`;
}

/** A change of an image says what it is for. */
function nameOf(request: Readonly<RecordedRequest>): string {
  const { method, body } = request;
  if (method !== 'PATCH') return shortName(request);
  const hidden = (Array.isArray(body) ? (body as { path?: string; value?: unknown }[]) : []).find(
    (operation) => operation.path === '/os_hidden',
  )?.value;
  return `${shortName(request)} ${hidden === true ? 'hide' : 'show'}`;
}

/** When a fault is chosen the body has not come yet: of promotion's two changes, the first one shows. */
function matcher(call: string): (request: Readonly<RecordedRequest>) => boolean {
  let changes = 0;
  return (request) => {
    if (request.method !== 'PATCH') return shortName(request) === call;
    changes += 1;
    return call === `${shortName(request)} ${changes === 1 ? 'show' : 'hide'}`;
  };
}

/** An intent that was looked for once waits for its second look; everything else has to be closed. */
function openRows(storagePath: string): string[] {
  const database = new Database(join(storagePath, 'image-manager.sqlite'), { readonly: true });
  try {
    const rows = database.prepare("SELECT * FROM ledger WHERE state IN ('intended', 'held')").all() as {
      kind: string;
      name: string;
      state: string;
      missedAt: number | null;
    }[];
    return rows
      .filter(({ state, missedAt }) => state === 'held' || missedAt === null)
      .map(({ kind, name, state }) => `ledger: ${kind} ${name} is ${state}`);
  } finally {
    database.close();
  }
}

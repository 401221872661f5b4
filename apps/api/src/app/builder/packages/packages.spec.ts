import 'reflect-metadata';
import type {
  BuildView,
  PackageDifference,
  PackageList,
  PackageView,
  Problem,
} from '@image-manager/contracts';
import { endedBuild } from '../../../testing/ended-build.js';
import { LifeCycleHarness, passes } from '../../../testing/life-cycle-harness.js';

const one = (name: string, version: string, architecture = 'amd64'): PackageView => ({
  name,
  version,
  architecture,
});

const FIRST = [
  one('openssl', '3.0.16-1~deb12u1'),
  one('nano', '7.2-1'),
  one('libc6', '2.36-9'),
  one('libc6', '2.36-9', 'i386'),
];
/** One goes, one comes, one changes, and one of two architectures does. */
const SECOND = [
  one('libc6', '2.36-9'),
  one('libc6', '2.36-10', 'i386'),
  one('openssl', '3.0.17-1~deb12u2'),
  one('htop', '3.2.2-2'),
];

describe('the packages of a build', () => {
  let cycle: LifeCycleHarness;
  let first: BuildView;

  beforeAll(async () => {
    cycle = await LifeCycleHarness.start();
    first = await cycle.promoted({}, FIRST);
  }, 60_000);
  afterAll(() => cycle.api.close());

  const read = async <T>(path: string): Promise<T> =>
    (await (await cycle.api.request(`/api/builds/${path}`)).json()) as T;
  const difference = (id: number, query = '') => read<PackageDifference>(`${id}/package-difference${query}`);
  const refusal = (id: number, query = '') => read<Problem>(`${id}/package-difference${query}`);
  const NOTHING = { added: [], removed: [], changed: [], same: 0 };
  const BETWEEN_BOTH = {
    cloud: 'local',
    added: [one('htop', '3.2.2-2')],
    removed: [one('nano', '7.2-1')],
    changed: [
      { name: 'libc6', architecture: 'i386', from: '2.36-9', to: '2.36-10' },
      { name: 'openssl', architecture: 'amd64', from: '3.0.16-1~deb12u1', to: '3.0.17-1~deb12u2' },
    ],
    same: 1,
  };

  it('are listed by name, and compared with nothing while there was no image before', async () => {
    const [list] = await read<PackageList[]>(`${first.id}/packages`);
    expect(list?.packages.map(({ name, architecture }) => `${name}:${architecture}`)).toEqual([
      'libc6:amd64',
      'libc6:i386',
      'nano:amd64',
      'openssl:amd64',
    ]);
    expect(await difference(first.id)).toEqual({ cloud: 'local', against: null, ...NOTHING });
  });

  it('are compared with those of the image that was current before, also once a newer one is', async () => {
    const second = await cycle.promoted({ artifactOf: first.id }, SECOND);
    const expected = { ...BETWEEN_BOTH, against: first.id };
    expect(await difference(second.id)).toEqual(expected);
    const third = await cycle.promoted({ artifactOf: first.id }, SECOND);
    expect(await difference(second.id)).toEqual(expected);
    expect(await difference(third.id)).toEqual({
      cloud: 'local',
      against: second.id,
      ...NOTHING,
      same: SECOND.length,
    });
    expect(await difference(third.id, `?cloud=local&against=${first.id}`)).toEqual(expected);
    // The other way round, what came is what goes.
    expect(await difference(first.id, `?against=${third.id}`)).toMatchObject({
      added: BETWEEN_BOTH.removed,
      removed: BETWEEN_BOTH.added,
    });
  });

  it('of a build that failed its test are compared with those of the image that it would have replaced', async () => {
    const current = (await cycle.visible())[0]?.buildId;
    const id = await cycle.create({ artifactOf: first.id });
    await (await cycle.agentOf(id)).report(passes('disk.write'), FIRST);
    expect((await cycle.ended(id)).status).toBe('failed');
    expect(await difference(id)).toMatchObject({
      against: current,
      added: BETWEEN_BOTH.removed,
      removed: BETWEEN_BOTH.added,
    });
  });

  it('are not compared where nobody knows them, and the answer says which', async () => {
    const silent = await endedBuild(cycle.api);
    expect(await refusal(silent.id)).toMatchObject({ status: 409, code: 'NO_PACKAGES' });
    expect(await refusal(first.id, `?against=${silent.id}`)).toMatchObject({
      status: 409,
      code: 'NO_PACKAGES',
      detail: `No agent has reported the packages of build ${silent.id}`,
    });
    expect(await refusal(first.id, '?against=4711')).toMatchObject({ status: 404, code: 'UNKNOWN_BUILD' });
    expect(await refusal(first.id, '?cloud=nowhere')).toMatchObject({
      status: 400,
      errors: [{ field: 'cloud', message: 'must be among local' }],
    });
  });
});

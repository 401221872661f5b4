import { cloud, refusedCloud } from '../testing/fixtures';
import { Screen } from '../testing/screen';

describe('Quota', () => {
  it('shows what is used of each limit, says where it gets tight and where there is no limit', async () => {
    const screen = await Screen.open('/stands');
    await screen.answerClouds([cloud]);
    const rows = [...screen.element().querySelectorAll('im-quota-bars li')];
    const text = rows.map((row) => row.textContent.replace(/\s+/g, ' ').trim());
    expect(text).toEqual([
      'Servers 3 of 10',
      'Memory 15 GiB of 16 GiB · nearly used up',
      'Images 5 of 5 · used up',
      'Image storage 1.87 GB, unlimited',
    ]);
    const widths = rows.map((row) => row.querySelector<HTMLElement>('.bar > span')?.style.width);
    expect(widths).toEqual(['30%', '93.75%', '100%', undefined]);
  });

  it('counts a limit of nothing, and one below the use, as used up', async () => {
    const screen = await Screen.open('/stands');
    await screen.answerClouds([
      {
        ...cloud,
        quota: [
          { resource: 'servers', used: 0, limit: 0 },
          { resource: 'cores', used: 9, limit: 4 },
        ],
      },
    ]);
    expect(screen.text()).toContain('0 of 0 · used up');
    expect(screen.text()).toContain('9 of 4 · used up');
  });

  it('is left out where the cloud knows none', async () => {
    const screen = await Screen.open('/stands');
    await screen.answerClouds([{ ...cloud, quota: [] }]);
    expect(screen.text()).not.toContain('Quota');
  });
});

describe('An unreachable cloud', () => {
  it('shows why and what to do, hides the rest and asks for nothing', async () => {
    const screen = await Screen.open('/stands');
    await screen.answerClouds([{ ...refusedCloud, quota: cloud.quota, servers: cloud.servers }]);
    expect(screen.text()).toContain('Keystone refused the credentials. Check OS_PASSWORD.');
    for (const words of ['Quota', 'Our servers', 'Retention', 'Leaks'])
      expect(screen.text()).not.toContain(words);
    screen.http.expectNone('/api/clouds/lab/images');
  });

  it('is asked for its images once it is back', async () => {
    const screen = await Screen.open('/stands');
    await screen.answerClouds([{ ...cloud, reachable: false }]);
    screen.socket.serve('build', { id: 41, distroId: 'debian-12', status: 'succeeded' });
    await screen.answer('/api/clouds/local', cloud);
    await screen.answer('/api/clouds/local/images', []);
    expect(screen.text()).toContain('No images');
  });
});

import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiProcess } from '../../testing/api-process.js';

const DEADLINE_S = 25;

describe('a manager that is stopped for a while', () => {
  let api: ApiProcess;
  beforeAll(async () => {
    api = await ApiProcess.create({ LOCAL_FLAVOR_MEMORY_MB: '256', LOCAL_FLAVOR_DISK_GB: '1' });
    api.editDefinition((text) =>
      text
        .replace(/^minDiskGb:.*$/m, 'minDiskGb: 1')
        .replace(/^minMemoryMb:.*$/m, 'minMemoryMb: 128')
        .replace(/^ {2}build: \d+$/m, `  build: ${DEADLINE_S}`),
    );
    await api.start();
  });
  afterAll(() => api.close());

  it('does not fail what went on and came to its end meanwhile', async () => {
    const id = await api.create({ dibArguments: ['--root-label=slow'] });
    const stage = async () => (await api.build(id)).stages[0]!;
    while (!(await api.log(id)).lines.some(({ text }) => text === 'line of root.d')) {
      expect(['pending', 'running']).toContain((await stage()).status);
      await sleep(50);
    }
    const { deadlineAt } = await stage();
    process.kill(api.pid!, 'SIGSTOP');
    await sleep(Date.parse(deadlineAt!) - Date.now() + 1000);
    process.kill(api.pid!, 'SIGCONT');
    while ((await stage()).status === 'running') await sleep(50);
    expect(await stage()).toMatchObject({ stage: 'build', status: 'succeeded' });
    await api.post(`/builds/${id}/cancel`, {});
    await api.finished(id);
  }, 180_000);
});

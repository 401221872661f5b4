import { afterEach, describe, expect, it } from '@jest/globals';
import { TemporaryCloud } from './testing/temporary-cloud.js';

describe('host check', () => {
  let temporary: TemporaryCloud | undefined;
  afterEach(() => temporary?.remove());

  it('names a program that is missing and the command that installs it', async () => {
    temporary = await TemporaryCloud.make({ qemu: { binary: 'qemu-system-none' } });
    const status = await temporary.cloud.status();
    expect(status).toMatchObject({
      reachable: false,
      problem: { code: 'PROGRAM_MISSING', message: 'qemu-system-none is not installed' },
    });
    const problems = await temporary.cloud.preflight({ diskGb: 1, memoryMb: 64, imageBytes: 1 });
    expect(problems).toEqual([status.problem]);
    expect(problems[0]?.advice).toContain('apt-get install');
  });

  it('refuses a build whose image does not fit on the disk', async () => {
    temporary = await TemporaryCloud.make();
    const problems = await temporary.cloud.preflight({ diskGb: 1, memoryMb: 64, imageBytes: 2 ** 60 });
    expect(problems.map(({ code }) => code)).toEqual(['HOST_NO_SPACE']);
  });

  it('refuses a flavor that this machine or the image is too big for', async () => {
    temporary = await TemporaryCloud.make({
      flavor: { name: 'huge', vcpus: 1, memoryMb: 2 ** 30, diskGb: 1 },
    });
    const problems = await temporary.cloud.preflight({ diskGb: 2, memoryMb: 2 ** 31, imageBytes: 1 });
    expect(problems.map(({ code }) => code)).toEqual([
      'FLAVOR_DISK_TOO_SMALL',
      'FLAVOR_MEMORY_TOO_SMALL',
      'MEMORY_FULL',
    ]);
  });

  it('says what it runs on', async () => {
    temporary = await TemporaryCloud.make();
    expect(await temporary.cloud.status()).toMatchObject({
      details: { qemu: expect.stringMatching(/^\d+\.\d+/) },
      accelerators: [{ code: 'CONFIGURED' }],
    });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QUOTA_RESOURCES } from '../cloud.js';
import { STEP_TIMEOUT_MS, type CloudContractSubject } from './contract-subject.js';
import { describeImagesContract } from './images-contract.js';
import { describeServersContract } from './servers-contract.js';

/**
 * The one suite that every adapter passes: what the port promises, asked of a real cloud.
 *
 * @param setup is called once; all tests share the cloud and remove what they made.
 */
export function describeCloudContract(name: string, setup: () => Promise<CloudContractSubject>): void {
  describe(`cloud contract: ${name}`, () => {
    let subject: CloudContractSubject | undefined;

    beforeAll(async () => {
      subject = await setup();
    }, STEP_TIMEOUT_MS);

    afterAll(async () => {
      await subject?.teardown();
    }, STEP_TIMEOUT_MS);

    const current = (): CloudContractSubject => {
      if (!subject) throw new Error('setup has not run');
      return subject;
    };

    it('is reachable and says its flavor and the address of the manager', async () => {
      const { cloud } = current();
      expect(await cloud.status()).toMatchObject({ reachable: true });
      const flavor = await cloud.flavor();
      expect(flavor.vcpus).toBeGreaterThan(0);
      expect(flavor.memoryMb).toBeGreaterThan(0);
      expect(flavor.diskGb).toBeGreaterThan(0);
      expect(cloud.managerAddress()).toMatch(/^.+:\d{1,5}$/);
    });

    it('lets a build through that needs little, and says why one that needs too much cannot go on', async () => {
      const { cloud } = current();
      const flavor = await cloud.flavor();
      expect(await cloud.preflight({ diskGb: 1, memoryMb: 64, imageBytes: 1024 })).toEqual([]);
      const problems = await cloud.preflight({
        diskGb: flavor.diskGb + 1,
        memoryMb: flavor.memoryMb,
        imageBytes: 1024,
      });
      expect(problems).toHaveLength(1);
      expect(problems[0]?.message).toContain(String(flavor.diskGb));
      expect(problems[0]?.advice).not.toBe('');
    });

    it('counts what the project uses against what it may use', async () => {
      for (const { resource, used, limit } of await current().cloud.quota()) {
        expect(QUOTA_RESOURCES).toContain(resource);
        expect(used).toBeGreaterThanOrEqual(0);
        if (limit !== undefined) expect(limit).toBeGreaterThanOrEqual(0);
      }
    });

    describeImagesContract(current);
    describeServersContract(current);
  });
}

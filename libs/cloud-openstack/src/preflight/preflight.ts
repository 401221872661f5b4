import {
  CloudError,
  isCloudError,
  type CallOptions,
  type CloudNeeds,
  type CloudProblem,
  type CloudQuota,
} from '@image-manager/cloud';
import type { Flavor, Flavors } from '../compute/flavors.js';
import { hasAvailabilityZone, hasKeypair } from '../compute/server-extras.js';
import type { Networks } from '../network/networks.js';
import type { OpenStackSettings } from '../options.js';
import type { OpenStackSession } from '../session/openstack-session.js';
import { toProblem } from './problem.js';
import { room } from './quota-room.js';

/** Finds in seconds what would otherwise fail after an upload: asked before anything is made. */
export class Preflight {
  constructor(
    private readonly session: OpenStackSession,
    private readonly settings: OpenStackSettings,
    private readonly flavors: Flavors,
    private readonly networks: Networks,
    private readonly quota: (options: CallOptions) => Promise<CloudQuota[]>,
  ) {}

  async check(needs: CloudNeeds, options: CallOptions): Promise<CloudProblem[]> {
    try {
      // Everything else would only say the same again.
      await this.session.endpoint('image', options.signal);
      await this.session.endpoint('compute', options.signal);
    } catch (error) {
      return [problemOf(error)];
    }
    const problems = await Promise.all([
      this.flavorAndQuota(needs, options),
      this.each(() =>
        this.networks.wanted === undefined
          ? this.networks.assertOneToChoose(options)
          : this.networks.id(options),
      ),
      this.keypair(options),
      this.availabilityZone(options),
      this.securityGroups(options),
      Promise.resolve(this.managerAddress()),
    ]);
    return problems.flat();
  }

  private async flavorAndQuota(needs: CloudNeeds, options: CallOptions): Promise<CloudProblem[]> {
    try {
      const flavor = await this.flavors.get(options);
      const quota = await this.quota(options);
      const { project } = await this.session.scope(options.signal);
      return [...this.fit(flavor, needs), ...room(quota, { flavor, needs, project: project.name })];
    } catch (error) {
      return [problemOf(error)];
    }
  }

  /** A flavor without a disk of its own takes one as large as the image. */
  private fit({ name, diskGb, memoryMb }: Flavor, needs: CloudNeeds): CloudProblem[] {
    const problems: CloudProblem[] = [];
    const advice = `Set ${this.settings.origin.flavor} to a larger flavor, or lower the definition’s minimum.`;
    if (diskGb > 0 && needs.diskGb > diskGb) {
      const message = `The image needs a disk of ${needs.diskGb} GiB, flavor ${name} has ${diskGb} GiB`;
      problems.push({ code: 'FLAVOR_TOO_SMALL', message, advice, fault: 'user' });
    }
    if (needs.memoryMb > memoryMb) {
      const message = `The image needs ${needs.memoryMb} MiB of memory, flavor ${name} has ${memoryMb} MiB`;
      problems.push({ code: 'FLAVOR_TOO_SMALL', message, advice, fault: 'user' });
    }
    return problems;
  }

  private async keypair(options: CallOptions): Promise<CloudProblem[]> {
    const { keypair, origin } = this.settings;
    if (keypair === undefined) return [];
    return this.each(async () => {
      if (await hasKeypair(this.session, keypair, options)) return;
      throw missing('key pair', keypair, origin.keypair, 'openstack keypair list');
    });
  }

  private async availabilityZone(options: CallOptions): Promise<CloudProblem[]> {
    const { availabilityZone, origin } = this.settings;
    if (availabilityZone === undefined) return [];
    return this.each(async () => {
      if (await hasAvailabilityZone(this.session, availabilityZone, options)) return;
      throw missing(
        'availability zone',
        availabilityZone,
        origin.availabilityZone,
        'openstack availability zone list',
      );
    });
  }

  private async securityGroups(options: CallOptions): Promise<CloudProblem[]> {
    const { securityGroups, origin } = this.settings;
    const found = await Promise.all(
      securityGroups.map((name) =>
        this.each(async () => {
          if (await this.networks.hasSecurityGroup(name, options)) return;
          throw missing('security group', name, origin.securityGroups, 'openstack security group list');
        }),
      ),
    );
    return found.flat();
  }

  private managerAddress(): CloudProblem[] {
    if (this.settings.managerAddress !== undefined) return [];
    return [
      {
        code: 'NO_MANAGER_ADDRESS',
        message: `How servers of cloud ${this.settings.name} reach the manager is not configured`,
        advice: `Set ${this.settings.origin.managerAddress} to host:port.`,
        fault: 'user',
      },
    ];
  }

  private async each(look: () => Promise<unknown>): Promise<CloudProblem[]> {
    try {
      await look();
      return [];
    } catch (error) {
      return [problemOf(error)];
    }
  }
}

function problemOf(error: unknown): CloudProblem {
  if (!isCloudError(error) || error.code === 'CANCELLED') throw error;
  return { ...toProblem(error), fault: error.fault };
}

function missing(what: string, name: string, setting: string, command: string): CloudError {
  return new CloudError('NOT_FOUND', 'user', `There is no ${what} ${JSON.stringify(name)} in this cloud`, {
    advice: `Set ${setting} to one that exists (\`${command}\` names them).`,
  });
}

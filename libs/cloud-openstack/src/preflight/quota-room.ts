import type { CloudFlavor, CloudNeeds, CloudProblem, CloudQuota, QuotaResource } from '@image-manager/cloud';

interface Wanted {
  /** Whose quota it is. */
  service: 'Nova' | 'Glance';
  more: number;
  show: (amount: number) => string;
  /** How a person makes room. */
  free: string;
}

const SERVERS = 'Delete servers that nobody needs (`openstack server list` names them)';
const IMAGES = 'Delete images that nobody needs (`openstack image list` names them)';

/** What a build wants more of than the project's quota has left. */
export function room(
  quota: readonly CloudQuota[],
  { flavor, needs, project }: { flavor: CloudFlavor; needs: CloudNeeds; project: string },
): CloudProblem[] {
  const wanted: Record<QuotaResource, Wanted> = {
    servers: { service: 'Nova', more: 1, show: String, free: SERVERS },
    cores: { service: 'Nova', more: flavor.vcpus, show: String, free: SERVERS },
    memoryMb: { service: 'Nova', more: flavor.memoryMb, show: (amount) => `${amount} MiB`, free: SERVERS },
    images: { service: 'Glance', more: 1, show: String, free: IMAGES },
    imageBytes: { service: 'Glance', more: needs.imageBytes, show: mebibytes, free: IMAGES },
  };
  const names: Record<QuotaResource, string> = {
    servers: 'servers',
    cores: 'cores',
    memoryMb: 'memory',
    images: 'images',
    imageBytes: 'images’ size',
  };
  return quota.flatMap(({ resource, used, limit }) => {
    const { service, more, show, free } = wanted[resource];
    if (limit === undefined || used + more <= limit) return [];
    return [
      {
        code: 'QUOTA_EXCEEDED',
        message: `${service}’s quota of ${names[resource]} leaves no room: project ${project} uses ${show(used)} of ${show(limit)}, and the build needs ${show(more)} more`,
        advice: `${free}, or ask the cloud’s operator for a higher quota of project ${project}.`,
      },
    ];
  });
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2)} MiB`;
}

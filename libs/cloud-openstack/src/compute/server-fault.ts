import type { OpenStackSettings } from '../options.js';

/** What a server was asked for with, as a person knows it. */
export interface AskedFor {
  serverId: string;
  /** By id or name. */
  flavor: string | undefined;
  network: string | undefined;
  settings: Pick<OpenStackSettings, 'availabilityZone' | 'origin'>;
}

/** What can be done about a server in ERROR, by the words of its fault. */
export function adviseOnFault(fault: string, askedFor: AskedFor): string {
  const { serverId, flavor = 'of test servers', network, settings } = askedFor;
  const { availabilityZone: zone, origin } = settings;
  const logOf = (service: string) => `ask the cloud’s operator for ${service}’s log about server ${serverId}`;
  if (/no valid host/i.test(fault)) {
    return `The scheduler found no host for flavor ${flavor} in ${zone === undefined ? 'any availability zone' : `availability zone ${zone}`}: set ${origin.flavor} to a smaller flavor or ${origin.availabilityZone} to another zone, or ${logOf('nova-scheduler')}.`;
  }
  if (/no (?:more|fixed) ip addresses/i.test(fault)) {
    const name = network === undefined ? 'The network' : `Network ${network}`;
    return `${name} has no free address left: delete ports that nobody needs (\`openstack port list\` names them), have its allocation pool enlarged, or set ${origin.network} to another network.`;
  }
  if (/network/i.test(fault)) {
    return `Nova got no port for it from Neutron: ${logOf('neutron-server')}, then retry.`;
  }
  return `The host that should run it failed: ${logOf('nova-compute')}, then retry.`;
}

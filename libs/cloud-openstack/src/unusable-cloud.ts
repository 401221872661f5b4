import {
  CloudError,
  type Cloud,
  type CloudImages,
  type CloudPorts,
  type CloudProblem,
  type CloudServers,
  type CloudStatus,
} from '@image-manager/cloud';
import { toProblem } from './preflight/problem.js';

/**
 * A cloud whose settings are incomplete or wrong: it is there for people to see, says why it cannot be used, and fails
 * alone what goes to it.
 */
export function createUnusableCloud(name: string, reason: string): Cloud {
  return new UnusableCloud(name, reason);
}

class UnusableCloud implements Cloud {
  readonly kind = 'openstack';
  readonly images: CloudImages;
  readonly servers: CloudServers;
  readonly ports: CloudPorts;

  constructor(
    readonly name: string,
    private readonly reason: string,
  ) {
    const refuse = (): Promise<never> => Promise.reject(this.error());
    this.images = {
      create: refuse,
      upload: refuse,
      get: refuse,
      find: refuse,
      list: refuse,
      update: refuse,
      setMembers: refuse,
      use: refuse,
      delete: refuse,
    };
    this.servers = {
      create: refuse,
      get: refuse,
      find: refuse,
      list: refuse,
      delete: refuse,
      consoleLog: refuse,
    };
    this.ports = { list: refuse, delete: refuse };
  }

  status(): Promise<CloudStatus> {
    return Promise.resolve({ reachable: false, problem: toProblem(this.error()), details: {} });
  }

  preflight(): Promise<CloudProblem[]> {
    return Promise.resolve([toProblem(this.error())]);
  }

  flavor(): Promise<never> {
    return Promise.reject(this.error());
  }

  quota(): Promise<never> {
    return Promise.reject(this.error());
  }

  unreadable(): Promise<never> {
    return Promise.reject(this.error());
  }

  managerAddress(): string {
    throw this.error();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private error(): CloudError {
    return new CloudError('INVALID', 'user', `Cloud ${this.name} is configured wrongly: ${this.reason}`, {
      advice: 'Mend that setting and start again.',
    });
  }
}

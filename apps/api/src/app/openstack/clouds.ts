import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Cloud } from '@image-manager/cloud';
import { DomainError } from '../errors/index.js';

/** The adapters that are configured, by name. */
export const CLOUDS = Symbol('clouds');

@Injectable()
export class Clouds implements OnApplicationShutdown {
  private readonly byName: Map<string, Cloud>;

  constructor(@Inject(CLOUDS) clouds: Cloud[]) {
    this.byName = new Map(clouds.map((cloud) => [cloud.name, cloud]));
  }

  get names(): string[] {
    return [...this.byName.keys()];
  }

  all(): Cloud[] {
    return [...this.byName.values()];
  }

  /** @throws DomainError UNKNOWN_CLOUD */
  get(name: string): Cloud {
    const cloud = this.byName.get(name);
    if (cloud) return cloud;
    throw new DomainError(
      'not-found',
      'UNKNOWN_CLOUD',
      `There is no cloud ${JSON.stringify(name)}; configured: ${this.names.join(', ')}`,
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.all().map((cloud) => cloud.close()));
  }
}

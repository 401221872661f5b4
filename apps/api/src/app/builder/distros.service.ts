import { Injectable } from '@nestjs/common';
import type { DistroView } from '@image-manager/contracts';
import { DomainError } from '../errors/index.js';
import { ImageViews } from '../openstack/index.js';
import { BuildViews } from './build-views.service.js';
import { DistroRegistry, type RegisteredDistro } from './distro-registry.service.js';
import { endOfLifeOn } from './end-of-life.js';

@Injectable()
export class DistrosService {
  constructor(
    private readonly registry: DistroRegistry,
    private readonly views: BuildViews,
    private readonly images: ImageViews,
  ) {}

  list(): Promise<DistroView[]> {
    return Promise.all(this.registry.all().map((distro) => this.view(distro)));
  }

  get(id: string): Promise<DistroView> {
    return this.view(this.registered(id));
  }

  /** @throws DomainError UNKNOWN_DISTRO */
  registered(id: string): RegisteredDistro {
    const distro = this.registry.find(id);
    if (distro) return distro;
    const known = this.registry.all().map((other) => other.id);
    throw new DomainError(
      'not-found',
      'UNKNOWN_DISTRO',
      `There is no definition ${JSON.stringify(id)}; there are: ${known.join(', ') || 'none'}`,
    );
  }

  private async view({ id, file, definition, problems }: RegisteredDistro): Promise<DistroView> {
    const [lastBuild, current] = await Promise.all([this.views.lastOf(id), this.images.current(id)]);
    return {
      id,
      file,
      problems,
      ...(definition ? { definition, endOfLife: endOfLifeOn(new Date(), definition.endOfLife) } : {}),
      ...(lastBuild ? { lastBuild } : {}),
      current,
    };
  }
}

import { Injectable } from '@nestjs/common';

/** Since when each cloud does not answer, as far as this process has looked. */
@Injectable()
export class Reachability {
  private readonly downSince = new Map<string, Date>();

  answered(cloud: string): void {
    this.downSince.delete(cloud);
  }

  /** @returns when it failed first since it answered last */
  failed(cloud: string): Date {
    const since = this.downSince.get(cloud) ?? new Date();
    this.downSince.set(cloud, since);
    return since;
  }
}

import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { CallOptions, Ownership, UnreadableThing } from '@image-manager/cloud';
import {
  isFinal,
  type LeakKind,
  type LeakReason,
  type LeakView,
  type ReapResult,
} from '@image-manager/contracts';
import { Clouds } from '../../openstack/index.js';
import {
  BuildEntity,
  ImageEntity,
  Installation,
  keptUntil,
  Ledger,
  type LedgerEntity,
} from '../../storage/index.js';
import { BuildEvents } from '../build-events.js';
import { usersMayKnow } from './users-may-know.js';

/** What a build left is not touched before: its own cleanup and the ledger's come first. */
const GRACE_MS = 15 * 60_000;
/** How many servers back ports are looked for. */
const SERVERS_LOOKED_BACK = 200;

const LOOKED_AFTER: readonly ImageEntity['state'][] = ['current', 'retired', 'rejected'];

interface Found {
  kind: Exclude<LeakKind, 'port'>;
  id: string;
  name: string;
  status: string;
  createdAt: Date;
  /** Users see it, or saw it. */
  seen: boolean;
  ownership: Ownership;
}

/** Servers and images that bear our mark and that nothing of ours accounts for, and ports of our servers that are gone. */
@Injectable()
export class Leaks {
  constructor(
    private readonly clouds: Clouds,
    private readonly installation: Installation,
    private readonly ledger: Ledger,
    private readonly events: BuildEvents,
    @InjectRepository(ImageEntity) private readonly images: Repository<ImageEntity>,
    @InjectRepository(BuildEntity) private readonly builds: Repository<BuildEntity>,
  ) {}

  async list(cloud: string, options: CallOptions = {}): Promise<LeakView[]> {
    // Before anything is asked: what it throws for an unknown name would leave the other rejections to nobody, which ends the process.
    const stand = this.clouds.get(cloud);
    const [found, ports, unreadable] = await Promise.all([
      this.find(cloud, options),
      this.ports(cloud, options),
      stand.unreadable(options),
    ]);
    const views = [
      ...(await Promise.all(found.map((thing) => this.judge(cloud, thing)))),
      ...ports,
      ...(await Promise.all(unreadable.map((thing) => this.judgeUnreadable(cloud, thing)))),
    ];
    return views.filter((view) => view !== undefined).sort((a, b) => b.ageMs - a.ageMs);
  }

  /** Removes what is past its grace period by the ledger's word. @returns what became of each. */
  async reapDue(cloud: string, options: CallOptions = {}): Promise<ReapResult[]> {
    const now = Date.now();
    const due = (await this.list(cloud, options)).filter(
      ({ removeAt }) => removeAt !== undefined && Date.parse(removeAt) <= now,
    );
    return this.remove(cloud, due, options);
  }

  /** Removes at once what a person has chosen from the list. */
  async reap(cloud: string, ids: readonly string[]): Promise<ReapResult[]> {
    const leaks = await this.list(cloud);
    const chosen = leaks.filter(({ id }) => ids.includes(id));
    const others = ids.filter((id) => !chosen.some((leak) => leak.id === id));
    return [
      ...(await this.remove(cloud, chosen, {})),
      ...others.map((id) => ({ id, removed: false, problem: 'It is no leak (any more)' })),
    ];
  }

  private async remove(
    cloudName: string,
    leaks: readonly LeakView[],
    options: CallOptions,
  ): Promise<ReapResult[]> {
    const cloud = this.clouds.get(cloudName);
    const results: ReapResult[] = [];
    for (const { id, kind, removeAt, code, problem } of leaks) {
      try {
        if (kind === 'image' && code === 'UNREADABLE') {
          throw new Error(`Nobody can tell whether users boot it. ${problem ?? ''}`);
        }
        if (kind === 'image' && removeAt === undefined) {
          throw new Error('Users may know this image: delete it with the cloud’s own client');
        }
        if (kind === 'server') await cloud.servers.delete(id, options);
        else if (kind === 'port') await cloud.ports.delete(id, options);
        else await cloud.images.delete(id, options);
        const row = kind === 'port' ? null : await this.ledger.find(cloudName, kind, id);
        if (row) await this.ledger.release(row);
        if (kind === 'image') await this.images.update({ cloud: cloudName, id }, { state: 'deleted' });
        results.push({ id, removed: true });
      } catch (error) {
        options.signal?.throwIfAborted();
        results.push({ id, removed: false, problem: error instanceof Error ? error.message : String(error) });
      }
    }
    if (results.some(({ removed }) => removed)) this.events.images$.next({ cloud: cloudName });
    return results;
  }

  private async find(cloudName: string, options: CallOptions): Promise<Found[]> {
    const cloud = this.clouds.get(cloudName);
    const filter = { installationId: this.installation.id };
    const [servers, images] = await Promise.all([
      cloud.servers.list(filter, options),
      cloud.images.list(filter, options),
    ]);
    return [
      ...servers.map((server) => ({ ...server, kind: 'server' as const, seen: false })),
      ...images.map((image) => ({ ...image, kind: 'image' as const, seen: usersMayKnow(image) })),
    ].flatMap(({ kind, id, name, status, createdAt, seen, ownership }) =>
      ownership ? [{ kind, id, name, status, createdAt, seen, ownership }] : [],
    );
  }

  /** Ports bear no mark of ours: the ledger knows the servers that they were made for. */
  private async ports(cloudName: string, options: CallOptions): Promise<LeakView[]> {
    const cloud = this.clouds.get(cloudName);
    const rows = await this.ledger.releasedServers(cloudName, SERVERS_LOOKED_BACK);
    if (rows.length === 0) return [];
    const serverIds = rows.flatMap(({ externalId }) => (externalId === null ? [] : [externalId]));
    const [ports, servers] = await Promise.all([
      cloud.ports.list(serverIds, options),
      cloud.servers.list({ installationId: this.installation.id }, options),
    ]);
    return ports.flatMap((port) => {
      const row = rows.find(({ externalId }) => externalId === port.serverId);
      // A server that is still there, whatever the ledger says, needs its port.
      if (!row || servers.some(({ id }) => id === port.serverId)) return [];
      return [
        {
          kind: 'port' as const,
          id: port.id,
          name: port.name === '' ? `of server ${port.serverId}` : port.name,
          status: port.status,
          ...(row.buildId === null ? {} : { buildId: row.buildId }),
          createdAt: port.createdAt.toISOString(),
          ageMs: Math.max(0, Date.now() - port.createdAt.getTime()),
          known: true,
          removeAt: new Date(row.updatedAt.getTime() + GRACE_MS).toISOString(),
          code: 'SERVER_GONE' as const,
          reason: `Its server ${port.serverId} is deleted, and the cloud left the port`,
        },
      ];
    });
  }

  private async judge(cloud: string, thing: Found): Promise<LeakView | undefined> {
    const { buildId } = thing.ownership;
    const build = await this.builds.findOneBy({ id: buildId });
    if (build && !isFinal(build.status)) return undefined;
    const row = await this.ledger.find(cloud, thing.kind, thing.id);
    if (row && keptUntil(row)) return undefined;
    const image = thing.kind === 'image' ? await this.images.findOneBy({ cloud, id: thing.id }) : null;
    if (image && LOOKED_AFTER.includes(image.state)) return undefined;
    // A promotion that came to nothing can have left its candidate as one to keep.
    const known = row !== null && (row.state !== 'kept' || image?.state === 'candidate');
    const since = Math.max(thing.createdAt.getTime(), build?.finishedAt?.getTime() ?? 0);
    const isRemovable = known && !thing.seen;
    return {
      kind: thing.kind,
      id: thing.id,
      name: thing.name,
      status: thing.status,
      ...(buildId > 0 ? { buildId } : {}),
      createdAt: thing.createdAt.toISOString(),
      ageMs: Math.max(0, Date.now() - thing.createdAt.getTime()),
      known,
      ...(isRemovable ? { removeAt: new Date(since + GRACE_MS).toISOString() } : {}),
      ...reasonOf(build, row, isRemovable),
    };
  }

  /** Nothing on it tells what it is; only a person decides what becomes of it. */
  private async judgeUnreadable(
    cloud: string,
    { kind, id, problem, since }: UnreadableThing,
  ): Promise<LeakView | undefined> {
    const row = await this.ledger.find(cloud, kind, id);
    const build = row?.buildId == null ? null : await this.builds.findOneBy({ id: row.buildId });
    if (build && !isFinal(build.status)) return undefined;
    return {
      kind,
      id,
      name: row?.name ?? id,
      status: 'unreadable',
      ...(build ? { buildId: build.id } : {}),
      createdAt: (row?.createdAt ?? since).toISOString(),
      ageMs: Math.max(0, Date.now() - (row?.createdAt ?? since).getTime()),
      known: row !== null,
      code: 'UNREADABLE',
      reason: 'Its record cannot be read: it is only reported',
      problem,
    };
  }
}

function reasonOf(
  build: BuildEntity | null,
  row: LedgerEntity | null,
  isRemovable: boolean,
): { code: LeakReason; reason: string; problem?: string } {
  if (!build) {
    const reason = 'It bears our mark, but the database knows no such build: it is only reported';
    return { code: 'BUILD_UNKNOWN', reason };
  }
  const over = `Build ${build.id} is over`;
  if (!row) {
    return {
      code: 'NOT_IN_LEDGER',
      reason: `${over}, and the ledger has no word of it: it is only reported`,
    };
  }
  if (!isRemovable) {
    return { code: 'USERS_MAY_KNOW', reason: `${over}, but users may see it: it is only reported` };
  }
  if (row.problem === null) return { code: 'BUILD_OVER', reason: `${over} and left it` };
  const reason = `${over} and left it; the last try to remove it failed: ${row.problem}`;
  return { code: 'REMOVAL_FAILED', reason, problem: row.problem };
}

import type { Expectations__Output } from '@image-manager/agent-contract';
import type { CheckContext, Verdict } from '../checks/check.js';
import { ALL_CHECKS } from '../checks/registry.js';
import type { Guest } from './guest.js';

/** What a definition promises of the faultless guest. */
export const EXPECTATIONS: Expectations__Output = {
  osId: 'debian',
  osVersion: '12',
  serverName: 'im-7-debian-12',
  diskGib: 1,
  users: ['debian'],
  sshPasswordLogin: false,
  sshRootLogin: false,
  nowMs: '0',
  managerAddress: '127.0.0.1:50051',
  injectedKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGluamVjdGVkLW9uLXB1cnBvc2UtZm9yLXRlc3Rz injected'],
};

/** Runs one check of the registry against a guest. */
export function runCheck(name: string, guest: Guest, changes: Partial<CheckContext> = {}): Promise<Verdict> {
  const check = ALL_CHECKS.find((it) => it.name === name);
  if (!check) throw new Error(`no check ${name}`);
  return check.run({
    host: guest.host,
    expectations: EXPECTATIONS,
    server: { publicKeys: [] },
    manager: { reached: true, address: '127.0.0.1:50051', roundTripMs: 3, clockOffsetMs: 20 },
    settleLimitMs: 200,
    log: () => {},
    signal: AbortSignal.timeout(10_000),
    ...changes,
  });
}

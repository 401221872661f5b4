import { randomBytes } from 'node:crypto';
import type { Host } from './host.js';

/** On a tmpfs: it outlives the process and not the boot. */
export const NONCE_PATH = '/run/image-manager/nonce';

/** 128 random bits in hex, the same for every start of the agent on this boot. */
export async function getNonce(host: Host, path: string = NONCE_PATH): Promise<string> {
  const kept = (await host.readFile(path))?.trim();
  if (kept !== undefined && /^[0-9a-f]{32}$/.test(kept)) return kept;
  const made = makeNonce();
  await host.writeFile(path, `${made}\n`, { mode: 0o600 });
  return made;
}

export function makeNonce(): string {
  return randomBytes(16).toString('hex');
}

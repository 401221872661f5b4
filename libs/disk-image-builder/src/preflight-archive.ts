import { access, open } from 'node:fs/promises';
import { distributionKeyring, keyringAdvice } from './keyrings.js';
import type { HostNeeds, HostProblem } from './preflight.js';

/** Whether the packages' signatures can be verified on this host, where the definition demands it. */
export async function archiveProblems({ definition, settings }: HostNeeds): Promise<HostProblem[]> {
  const named = settings.aptKeyring;
  if (named) return namedKeyringProblems(named);
  if (!definition.signedArchive) return [];
  const file = distributionKeyring(definition.family);
  const there = await access(file).then(
    () => true,
    () => false,
  );
  if (there) return [];
  return [
    {
      code: 'ARCHIVE_KEYRING_MISSING',
      message: `${definition.displayName} demands a signed archive, and this host has no keyring for ${definition.family} (${file})`,
      advice: keyringAdvice(definition.family),
      fault: 'host',
    },
  ];
}

async function namedKeyringProblems(file: string): Promise<HostProblem[]> {
  const problem = (message: string, advice: string): HostProblem[] => [
    { code: 'ARCHIVE_KEYRING_UNUSABLE', message, advice, fault: 'host' },
  ];
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, 0);
      // RFC 9580, 4.2: every OpenPGP packet begins with a byte whose first bit is set; armour begins with a dash.
      if (((buffer[0] ?? 0) & 0x80) !== 0) return [];
    } finally {
      await handle.close();
    }
  } catch {
    return problem(`The keyring ${file} cannot be read`, 'Correct DIB_APT_KEYRING.');
  }
  return problem(
    `The keyring ${file} is not a binary OpenPGP keyring`,
    `gpg --dearmor < ${file} > keyring.gpg, and name that in DIB_APT_KEYRING.`,
  );
}

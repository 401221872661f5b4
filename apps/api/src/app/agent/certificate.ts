import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MANAGER_TLS_NAME } from '@image-manager/agent-contract';

export interface ManagerCertificate {
  /** PEM; public, goes into user-data as the agents' only trust root. */
  certificate: string;
  /** PEM; stays here. */
  privateKey: string;
}

const DAY_MS = 24 * 3600 * 1000;
const VALID_DAYS = 10 * 365;
/** Renewed while servers started under the old one have long reported. */
const RENEW_DAYS = 30;

/**
 * The gRPC server's certificate: made on first start, kept in one file of mode 0600. Dated a day back, for servers whose
 * clock is behind.
 *
 * @throws Error when the file is there but unreadable; it is not replaced behind an operator's back.
 */
export async function loadCertificate(path: string): Promise<ManagerCertificate> {
  const stored = await readStored(path);
  if (stored && !expiresSoon(stored)) return stored;
  const now = Date.now();
  // Needed once in ten years, and a tenth of what is loaded at a start.
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: MANAGER_TLS_NAME }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - DAY_MS),
    notAfterDate: new Date(now + VALID_DAYS * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: MANAGER_TLS_NAME }] },
    ],
  });
  const fresh = { certificate: made.cert, privateKey: made.private };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, JSON.stringify(fresh), { mode: 0o600 });
  await rename(`${path}.new`, path);
  return fresh;
}

async function readStored(path: string): Promise<ManagerCertificate | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const stored = JSON.parse(text) as ManagerCertificate;
    new X509Certificate(stored.certificate);
    createPrivateKey(stored.privateKey);
    return stored;
  } catch (cause) {
    throw new Error(`${path} is damaged; remove it and a new certificate is made`, { cause });
  }
}

function expiresSoon({ certificate }: ManagerCertificate): boolean {
  return new X509Certificate(certificate).validToDate.getTime() - Date.now() < RENEW_DAYS * DAY_MS;
}

import { resolve } from 'node:path';
import { configuredStoragePath } from '../bootstrap/configuration.mjs';
import { makeBackup } from './make-backup.mjs';

const USAGE = `npm run backup -- FILE

Copies the database into FILE, whether Image Manager runs or not; builds go on meanwhile. An existing file is not
overwritten. README, Backup, says how to restore it.
`;

/**
 * @param {string[]} argv
 * @returns {Promise<number>} exit status: 0 made, 1 not made, 2 bad arguments
 */
export async function main(argv) {
  const [file, ...more] = argv;
  if (file === undefined || file.startsWith('-') || more.length > 0) {
    process.stdout.write(USAGE);
    return file === '--help' ? 0 : 2;
  }
  // npm runs us in the repository's root, and says where it was typed.
  const target = resolve(process.env.INIT_CWD ?? process.cwd(), file);
  const bytes = await makeBackup(configuredStoragePath(), target);
  process.stdout.write(`${target}: ${(bytes / 1e6).toFixed(1)} MB, checked\n`);
  return 0;
}

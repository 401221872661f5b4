import { createProgress } from '../bootstrap/progress.mjs';
import { prepare } from '../bootstrap/prepare.mjs';
import { CLIENT, textsIn, writeClient } from './client.mjs';

/** @returns {Promise<number>} exit status */
export async function main() {
  const progress = createProgress(process.stdout);
  await prepare(progress);
  writeClient(CLIENT);
  progress.say(`${Object.keys(textsIn(CLIENT)).length} files in ${CLIENT}`);
  return 0;
}

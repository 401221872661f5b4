import { nx } from '../bootstrap/build.mjs';
import { prepare } from '../bootstrap/prepare.mjs';
import { createProgress, runLogged } from '../bootstrap/progress.mjs';
import { workspaceEnvironment } from '../bootstrap/workspace.mjs';
import { CLIENT, textsIn, writeClient } from './client.mjs';

/** @returns {Promise<number>} exit status */
export async function main() {
  const progress = createProgress(process.stdout);
  // The dashboard need not fit: its client may be what is out of date.
  await prepare(progress, { build: false });
  await progress.step('building the API', () =>
    runLogged('build-api', nx('run', 'api:build'), { env: workspaceEnvironment() }),
  );
  writeClient(CLIENT);
  progress.say(`${Object.keys(textsIn(CLIENT)).length} files in ${CLIENT}`);
  return 0;
}

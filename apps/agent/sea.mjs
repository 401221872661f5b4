// Makes dist/apps/agent/image-manager-agent: the bundle inside a copy of this Node, as a single executable application.
// https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const out = join(root, 'dist/apps/agent');
const config = join(out, 'sea.json');
const blob = join(out, 'sea.blob');
const draft = join(out, 'image-manager-agent.draft');
const run = (command, ...args) =>
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });

writeFileSync(
  config,
  JSON.stringify({
    main: join(out, 'agent.cjs'),
    output: blob,
    disableExperimentalSEAWarning: true,
    // The guest's CPU is often emulated: compiled code in the binary spares it the compiling at start.
    useCodeCache: true,
  }),
);
run(process.execPath, '--experimental-sea-config', config);
copyFileSync(process.execPath, draft);
chmodSync(draft, 0o755);
try {
  // Before the injection: strip would throw the injected section's note away.
  run('strip', draft);
} catch (error) {
  if (error.code !== 'ENOENT') throw error;
  console.warn('strip is not installed (binutils): the agent binary stays about 15 MB larger.');
}
run(
  process.execPath,
  join(root, 'node_modules/postject/dist/cli.js'),
  draft,
  'NODE_SEA_BLOB',
  blob,
  '--sentinel-fuse',
  'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
);
// Whoever reads the binary while it is built anew sees the old one or the new one.
renameSync(draft, join(out, 'image-manager-agent'));
rmSync(blob);
rmSync(config);

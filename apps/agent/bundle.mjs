// Bundles the agent and all it needs, the .proto included, into one CommonJS file (a single executable takes only that).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

await build({
  absWorkingDir: root,
  entryPoints: ['apps/agent/src/main.ts'],
  outfile: 'dist/apps/agent/agent.cjs',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node24',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  loader: { '.proto': 'text' },
  define: { AGENT_VERSION: JSON.stringify(version) },
  tsconfig: 'apps/agent/tsconfig.json',
  logLevel: 'warning',
});

// Makes src/generated/ and agent.proto from proto/agent/v1/agent.proto.
import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const root = join(here, '../..');
const out = join(here, 'src/generated');
rmSync(out, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [
    join(root, 'node_modules/@grpc/proto-loader/build/bin/proto-loader-gen-types.js'),
    'agent.proto',
    '--longs=String',
    '--enums=String',
    '--defaults',
    '--oneofs',
    '--grpcLib=@grpc/grpc-js',
    '--importFileExtension=.js',
    '--targetFileExtension=.ts',
    `--outDir=${out}`,
    `--includeDirs=${join(root, 'proto/agent/v1')}`,
  ],
  { stdio: 'inherit' },
);
copyFileSync(join(root, 'proto/agent/v1/agent.proto'), join(here, 'agent.proto'));

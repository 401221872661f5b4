import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { WORKSPACE_ROOT } from '../config/index.js';

/** Where this process stands between its start and its end. */
@Injectable()
export class Lifecycle {
  stopping = false;
  readonly version = (
    JSON.parse(readFileSync(join(WORKSPACE_ROOT, 'package.json'), 'utf8')) as { version: string }
  ).version;
}

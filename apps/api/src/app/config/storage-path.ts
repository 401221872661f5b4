import { resolve } from 'node:path';
import { WORKSPACE_ROOT } from './workspace-root.js';

/** STORAGE_PATH for what has to know it before there is an application to ask for the configuration. */
export function storagePathOf(environment: NodeJS.ProcessEnv): string {
  return resolve(WORKSPACE_ROOT, environment['STORAGE_PATH'] || './var');
}

import { resolve } from 'node:path';

/** Where relative paths start: the workspace that holds config.env. */
export const WORKSPACE_ROOT = resolve(import.meta.dirname, '../../../../..');

import { run } from './node-guard.mjs';

run('../e2e/command.mjs');

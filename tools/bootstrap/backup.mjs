import { run } from './node-guard.mjs';

run('../backup/command.mjs');

import { run } from './node-guard.mjs';

run('../walk/command.mjs');

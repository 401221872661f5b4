import { run } from './node-guard.mjs';

run('../reliability/command.mjs');

import { run } from './node-guard.mjs';

run('../bench/command.mjs');

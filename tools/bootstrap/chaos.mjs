import { run } from './node-guard.mjs';

run('../chaos/command.mjs');

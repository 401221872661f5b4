import { run } from './node-guard.mjs';

run('../causes/command.mjs');

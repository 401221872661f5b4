import { run } from './node-guard.mjs';

run('../lifecycle/command.mjs');

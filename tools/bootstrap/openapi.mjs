import { run } from './node-guard.mjs';

run('../openapi/command.mjs');

import { run } from './node-guard.mjs';

run('./serve.mjs');

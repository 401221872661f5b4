import { run } from './node-guard.mjs';

run('./run-tests.mjs');

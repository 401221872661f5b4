import { run } from './node-guard.mjs';

run('../e2e/openstack/command.mjs');

import { run } from './node-guard.mjs';

run('../openstack/up-command.mjs');

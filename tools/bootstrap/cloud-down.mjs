import { run } from './node-guard.mjs';

run('../openstack/down-command.mjs');

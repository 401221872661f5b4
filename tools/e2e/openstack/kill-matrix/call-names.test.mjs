import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRead, nameOf } from './call-names.mjs';

const call = (service, method, path, body = '') => ({ service, method, path, body });
const ID = '0b7e0a52-6d2c-4f0e-9d7f-0a5f2f1c7c11';

test('ids, versions and filters do not make another call', () => {
  assert.equal(nameOf(call('image', 'GET', `/v2/images/${ID}`)), 'Glance GET /images/*');
  assert.equal(nameOf(call('image', 'GET', '/v2/images?limit=200')), 'Glance GET /images');
  assert.equal(nameOf(call('image', 'PUT', `/v2/images/${ID}/file`)), 'Glance PUT /images/*/file');
  assert.equal(nameOf(call('compute', 'GET', '/v2.1/servers/detail?limit=1')), 'Nova GET /servers/detail');
  assert.equal(nameOf(call('compute', 'GET', '/v2.1/')), 'Nova GET /');
  assert.equal(nameOf(call('network', 'GET', '/v2.0/networks?name=a')), 'Neutron GET /networks');
});

test('the two changes of a promotion are two calls', () => {
  const patch = (hidden) =>
    call(
      'image',
      'PATCH',
      `/v2/images/${ID}`,
      JSON.stringify([{ op: 'replace', path: '/os_hidden', value: hidden }]),
    );
  assert.equal(nameOf(patch(false)), 'Glance PATCH /images/* show');
  assert.equal(nameOf(patch(true)), 'Glance PATCH /images/* hide');
});

test('what only asks is told from what changes', () => {
  const console = nameOf(call('compute', 'POST', `/v2.1/servers/${ID}/action`, '{"os-getConsoleOutput":{}}'));
  assert.equal(console, 'Nova POST /servers/*/action os-getConsoleOutput');
  assert.ok(isRead(console));
  assert.ok(isRead(nameOf(call('identity', 'POST', '/v3/auth/tokens'))));
  assert.ok(!isRead(nameOf(call('compute', 'POST', '/v2.1/servers'))));
  assert.ok(!isRead(nameOf(call('compute', 'POST', `/v2.1/servers/${ID}/action`, '{"reboot":{}}'))));
});

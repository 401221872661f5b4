import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { checkDisk, checkPorts } from './host-checks.mjs';
import { processStartTime } from './running-server.mjs';

describe('what is checked before a start', () => {
  it('names the variable of a port in use', async () => {
    const server = createServer();
    await new Promise((settle) => server.listen(0, '127.0.0.1', () => settle()));
    const taken = {
      host: '127.0.0.1',
      port: /** @type {import('node:net').AddressInfo} */ (server.address()).port,
    };
    await assert.rejects(checkPorts({ http: taken, grpc: taken }), {
      message: new RegExp(`^Port ${taken.port} .*HTTP_ADDRESS`),
    });
    server.close();
  });

  it('names STORAGE_PATH when the disk is full, also where the folder does not exist yet', () => {
    assert.throws(() => checkDisk('/tmp/nowhere/at/all', Number.MAX_SAFE_INTEGER), {
      message: /STORAGE_PATH/,
    });
    checkDisk('/tmp', 1);
  });

  it('knows a live process by its start time, and none for a dead one', () => {
    assert.match(processStartTime(process.pid), /^\d+$/);
    assert.equal(processStartTime(2 ** 30), undefined);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAddress, parseEnvFile } from './configuration.mjs';

describe('config.env', () => {
  it('is read as dotenv files are', () => {
    const text = '# c\nA=1\nB = two words # comment\nC="q # q"\nexport D=\'x\'\nE=\n#F=1\r\nG=a#b\n';
    assert.deepEqual(parseEnvFile(text), { A: '1', B: 'two words', C: 'q # q', D: 'x', E: '', G: 'a#b' });
  });

  it('takes addresses of both families', () => {
    assert.deepEqual(parseAddress('X', '127.0.0.1:80'), { host: '127.0.0.1', port: 80 });
    assert.deepEqual(parseAddress('X', '[::1]:8080'), { host: '::1', port: 8080 });
  });

  for (const text of ['8080', 'host', 'host:0', 'host:70000', 'host:8x', '']) {
    it(`refuses the address "${text}" by the variable's name`, () => {
      assert.throws(() => parseAddress('HTTP_ADDRESS', text), { message: /^HTTP_ADDRESS must be host:port/ });
    });
  }
});

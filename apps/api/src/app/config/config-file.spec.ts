import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { findIgnoredLines } from './config-file.js';

describe('lines of config.env that mean nothing', () => {
  it.each([
    [
      'MAX_CONCURENT_BUILDS=2',
      'sets MAX_CONCURENT_BUILDS, which is no variable of Image Manager; MAX_CONCURRENT_BUILDS may be meant',
    ],
    [
      'http_password=secret words',
      'sets http_password, which is no variable of Image Manager; HTTP_PASSWORD may be meant',
    ],
    [
      'export STORAGE_PAHT = ./var',
      'sets STORAGE_PAHT, which is no variable of Image Manager; STORAGE_PATH may be meant',
    ],
    ['COLOUR=red', 'sets COLOUR, which is no variable of Image Manager'],
    ['HTTP_PASSWORD secret words', 'is no NAME=value'],
    ['secret words', 'is no NAME=value'],
  ])('are told of: %s', (line, problem) => {
    const text = `# comment\r\n\nHTTP_ADDRESS=127.0.0.1:8080\n${line}\nLOG_LEVEL=info\n`;
    const found = findIgnoredLines(text);
    expect(found).toEqual([`config.env, line 4, is ignored: it ${problem}`]);
    expect(found.join()).not.toContain('secret');
  });

  it('are none of those that mean something', () => {
    const text = [
      '# HTTP_PASSWROD=commented out',
      'HTTP_PASSWORD="two',
      'lines # with = and words"  # and a comment',
      "SSH_INJECT_KEY='ssh-ed25519 AAAA me@here'",
      'GRPC_PUBLIC_ADDRESS=',
      'export LOG_LEVEL = debug # why not',
      'OS_SOMETHING_OF_OTHERS=1',
      '   ',
      '',
    ].join('\n');
    expect(findIgnoredLines(text)).toEqual([]);
    const example = readFileSync(resolve(import.meta.dirname, '../../../../../config.env.example'), 'utf8');
    expect(findIgnoredLines(example)).toEqual([]);
  });
});

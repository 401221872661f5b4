import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CONSOLE_CHUNK_BYTES, readConsole } from './console-log.js';

describe('readConsole', () => {
  let directory = '';
  let file = '';

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'image-manager-console-'));
    file = join(directory, 'console.log');
  });
  afterAll(() => rm(directory, { recursive: true }));

  /** Reads piece by piece as the port's callers do. */
  async function readAll(): Promise<string> {
    let text = '';
    let from = 0;
    for (;;) {
      const piece = await readConsole(file, from);
      expect(piece.offset).toBe(from);
      if (piece.text === '') return text;
      text += piece.text;
      from += Buffer.byteLength(piece.text);
    }
  }

  it('is empty before the server has said anything', async () => {
    expect(await readConsole(join(directory, 'none'), 0)).toEqual({ text: '', offset: 0 });
  });

  it('continues where the caller left off', async () => {
    await writeFile(file, 'one\ntwo\n');
    expect(await readConsole(file, 4)).toEqual({ text: 'two\n', offset: 4 });
    expect(await readConsole(file, 8)).toEqual({ text: '', offset: 8 });
  });

  it('gives the tail when no place is named', async () => {
    await writeFile(file, `${'x'.repeat(300_000)}end`);
    const tail = await readConsole(file);
    expect(tail.text.endsWith('xend')).toBe(true);
    expect(tail.offset + Buffer.byteLength(tail.text)).toBe(300_003);
    expect(tail.text.length).toBeLessThan(300_000);
  });

  it('gives a long console in pieces that join without a gap, characters unbroken', async () => {
    const text = 'Größe €5 😀\n'.repeat(90_000);
    await writeFile(file, text);
    expect(Buffer.byteLength(text)).toBeGreaterThan(CONSOLE_CHUNK_BYTES);
    expect(await readAll()).toBe(text);
  });

  it('keeps back a character until its last byte is there', async () => {
    const euro = Buffer.from('€');
    await writeFile(file, Buffer.concat([Buffer.from('a'), euro.subarray(0, 2)]));
    expect(await readConsole(file, 0)).toEqual({ text: 'a', offset: 0 });
    await writeFile(file, Buffer.concat([Buffer.from('a'), euro]));
    expect(await readConsole(file, 1)).toEqual({ text: '€', offset: 1 });
  });

  it('counts bytes that are no text as one each', async () => {
    await writeFile(file, Buffer.from([0x61, 0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0x62, 0xe2, 0x28, 0x63]));
    expect(await readAll()).toBe('a??????b?(c');
  });
});

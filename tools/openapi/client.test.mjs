import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CLIENT, textsIn, writeClient } from './client.mjs';

test('the dashboard’s client is that of the API’s OpenAPI document; npm run openapi makes it anew', () => {
  const fresh = mkdtempSync(join(tmpdir(), 'image-manager-client-'));
  try {
    writeClient(fresh);
    assert.deepEqual(textsIn(CLIENT), textsIn(fresh));
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
});

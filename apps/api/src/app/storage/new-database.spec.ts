import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildView } from '@image-manager/contracts';
import { startTestApp, type TestApp } from '../../testing/test-app.js';
import { explainStartFailure } from '../start-failure.js';
import { assertSoundDatabase } from './sound-database.js';

describe('an empty database where there was another', () => {
  let api: TestApp;
  let away: string;
  beforeAll(async () => {
    away = mkdtempSync(join(tmpdir(), 'image-manager-away-'));
    api = await startTestApp({ LOCAL_CLOUD: 'on' });
  });
  afterAll(async () => {
    await api.close();
    rmSync(away, { recursive: true, force: true });
  });

  const inStorage = (...parts: string[]) => join(api.storagePath, ...parts);
  const moveAway = () => {
    const to = mkdtempSync(join(away, 'old-'));
    for (const name of readdirSync(api.storagePath).filter((file) => file.startsWith('image-manager.sqlite')))
      renameSync(inStorage(name), join(to, name));
  };
  const installationId = async () => {
    const { Installation } = await import('./index.js');
    return api.app.get(Installation).id;
  };
  const nextNumber = async () => {
    const response = await api.post('/api/builds', { distroId: 'debian-12' });
    return ((await response.json()) as BuildView).id;
  };
  const refusal = () => {
    try {
      assertSoundDatabase(api.storagePath);
    } catch (error) {
      return explainStartFailure(error);
    }
    return 'it would start';
  };

  it('is made only when it is asked for, once, and what the other one left is known and ended', async () => {
    const id = await installationId();
    expect(await nextNumber()).toBe(1);
    const left = inStorage('work/build-7');
    const artifact = inStorage('artifacts/build-12.qcow2');
    let process: ReturnType<typeof spawn> | undefined;
    let ended: Promise<unknown> | undefined;
    await api.restart(() => {
      moveAway();
      expect(refusal()).toBe(
        `The database ${inStorage('image-manager.sqlite')} is missing, although ${api.storagePath} has been in use: ` +
          'put it back or restore a backup (README, Backup). ' +
          `To begin with an empty one: touch ${inStorage('new-database')}, and start again.`,
      );
      // Older storages have no other trace.
      renameSync(inStorage('installation.json'), join(away, 'installation.json'));
      expect(refusal()).toContain('is missing');
      renameSync(join(away, 'installation.json'), inStorage('installation.json'));
      mkdirSync(left, { recursive: true });
      process = spawn('sleep', ['600'], { cwd: left });
      ended = once(process, 'exit');
      mkdirSync(inStorage('artifacts'), { recursive: true });
      writeFileSync(artifact, 'an image');
      writeFileSync(inStorage('new-database'), '');
    });
    await ended;
    expect(process?.signalCode).not.toBeNull();
    expect(existsSync(left)).toBe(false);
    expect(existsSync(artifact)).toBe(true);
    expect(existsSync(inStorage('new-database'))).toBe(false);
    expect(await installationId()).toBe(id);
    expect(await nextNumber()).toBe(10_001);
    // The word is good for one.
    await api.restart(() => {
      renameSync(inStorage('image-manager.sqlite'), join(away, 'once-more'));
      expect(refusal()).toContain('is missing');
      renameSync(join(away, 'once-more'), inStorage('image-manager.sqlite'));
    });
  });

  it('numbers builds behind whatever lies in the storage', async () => {
    await api.restart(() => {
      moveAway();
      writeFileSync(inStorage('artifacts/build-34567.qcow2'), 'an image');
      writeFileSync(inStorage('new-database'), '');
    });
    expect(await nextNumber()).toBe(34_568);
  });
});

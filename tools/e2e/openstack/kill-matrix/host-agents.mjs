import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { decodeUserData } from '@image-manager/agent-contract';
import { PINNED_NODE, ROOT } from '../../../bootstrap/workspace.mjs';

const BUNDLE = join(ROOT, 'dist/apps/agent/agent.cjs');
const GUEST = join(ROOT, 'apps/agent/fixtures/debian-12');
const LOOK_MS = 700;

/**
 * In place of the systems in servers that have none behind them: for each server that is active, the agent as it goes into
 * images runs on this machine, with that server's user-data and the files of a faultless system. It ends with its server.
 */
export class HostAgents {
  /** Servers that come now hold another system than the definition says. */
  wrongSystem = false;
  #agents = new Map();
  #stopped = false;
  #looking;

  /**
   * @param {string} folder for their files
   * @param {Awaited<ReturnType<typeof import('../raw-cloud.mjs').openRawCloud>>} project whose servers they are
   * @param {Awaited<ReturnType<typeof import('../raw-cloud.mjs').openRawCloud>>} admin who may read user-data
   */
  constructor(folder, project, admin) {
    this.folder = join(folder, 'guests');
    this.project = project;
    this.admin = admin;
    this.log = openOutput(this.folder);
    this.#looking = this.#look();
  }

  async stop() {
    this.#stopped = true;
    await this.#looking;
    for (const agent of this.#agents.values()) agent?.kill('SIGKILL');
  }

  async #look() {
    while (!this.#stopped) {
      // What cannot be asked now is asked again: the scenario that waits for an agent says so when none comes.
      await this.#tend().catch((error) => writeSync(this.log, `${error.stack}\n`));
      await new Promise((settle) => setTimeout(settle, LOOK_MS));
    }
  }

  async #tend() {
    const servers = await this.project.servers();
    for (const { id, status, name } of servers) {
      if (status === 'ACTIVE' && !this.#agents.has(id)) this.#agents.set(id, await this.#boot(id, name));
    }
    for (const [id, agent] of this.#agents) {
      if (!servers.some((server) => server.id === id)) agent?.kill('SIGKILL');
    }
  }

  async #boot(id, name) {
    const userData = await this.admin.userData(id);
    const settings = userData === undefined ? undefined : decodeUserData(userData);
    if (!settings) return undefined;
    const folder = join(this.folder, id);
    const root = join(folder, 'root');
    cpSync(GUEST, root, { recursive: true });
    writeFileSync(join(root, 'proc/sys/kernel/hostname'), `${name}\n`);
    if (this.wrongSystem) {
      const path = join(root, 'etc/os-release');
      writeFileSync(path, readFileSync(path, 'utf8').replace(/^VERSION_ID=.*$/m, 'VERSION_ID="11"'));
    }
    const settingsPath = join(folder, 'agent.json');
    writeFileSync(settingsPath, JSON.stringify(settings), { mode: 0o600 });
    return spawn(
      PINNED_NODE,
      [
        BUNDLE,
        '--settings',
        settingsPath,
        '--dry-run',
        '--root',
        root,
        '--state-dir',
        folder,
        '--server-id',
        id,
      ],
      { stdio: ['ignore', this.log, this.log] },
    );
  }
}

function openOutput(folder) {
  mkdirSync(folder, { recursive: true });
  return openSync(join(folder, 'agents.log'), 'a');
}

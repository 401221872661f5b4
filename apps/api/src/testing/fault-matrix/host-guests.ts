import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { settingsOnConfigDrive } from '../test-agent.js';

const WORKSPACE = resolve(import.meta.dirname, '../../../../..');
const AGENT = join(WORKSPACE, 'dist/apps/agent/agent.cjs');
const ROOT = join(WORKSPACE, 'apps/agent/fixtures/debian-12');
const LOOK_MS = 50;

/** What stands in for the systems of the test servers does from now on. */
export interface GuestPlan {
  /**
   * `speaks`: the agent registers, checks and reports. `holds`: it registers and is in the middle of its checks until
   * {@link HostGuests.goOn}. `silent`: there is none.
   */
  agent: 'speaks' | 'holds' | 'silent';
  /** A line of os-release that is not what the definition says. */
  wrongRelease?: boolean;
}

/**
 * The real agent, as a process of this machine for each server that the local cloud starts; its `/` is a folder that
 * pretends to be Debian 12. The servers themselves have no system in them.
 */
export class HostGuests {
  private plan: GuestPlan = { agent: 'speaks' };
  private readonly known = new Map<string, { root: string; process?: ChildProcess }>();
  private readonly stopped = new AbortController();
  private readonly looking: Promise<void>;

  constructor(
    private readonly servers: string,
    private readonly grpcAddress: string,
  ) {
    this.looking = this.look();
  }

  /** Of the servers that are started from now on. */
  behave(plan: GuestPlan): void {
    this.plan = plan;
  }

  /** Those that hold finish their checks and report; those that are silent, and come from now on, speak. */
  goOn(): void {
    const wasSilent = this.plan.agent === 'silent';
    this.plan = { ...this.plan, agent: 'speaks' };
    for (const [id, { root }] of this.known) {
      writeFileSync(join(root, 'go'), '');
      if (wasSilent) this.wake(id);
    }
  }

  async forget(): Promise<void> {
    for (const { root, process } of this.known.values()) {
      if (process?.exitCode === null && process.signalCode === null) {
        process.kill('SIGKILL');
        await once(process, 'exit');
      }
      rmSync(root, { recursive: true, force: true });
    }
    this.known.clear();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.looking;
    await this.forget();
  }

  private async look(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      for (const id of this.serverIds()) if (!this.known.has(id)) this.wake(id);
      await new Promise((settle) => setTimeout(settle, LOOK_MS));
    }
  }

  private serverIds(): string[] {
    try {
      return readdirSync(this.servers).filter((name) => !name.startsWith('.'));
    } catch {
      return [];
    }
  }

  private wake(id: string): void {
    let settings;
    try {
      settings = settingsOnConfigDrive(join(this.servers, id));
    } catch {
      return; // It is still being made, or gone.
    }
    const root = this.known.get(id)?.root ?? mkdtempSync(join(tmpdir(), 'image-manager-guest-'));
    if (this.plan.agent === 'silent') {
      this.known.set(id, { root });
      return;
    }
    this.furnish(root, settings.buildId);
    const file = join(root, 'run/agent.json');
    // Its server's network would lead there.
    writeFileSync(file, JSON.stringify({ ...settings, managerAddress: this.grpcAddress }), { mode: 0o600 });
    const options = ['--settings', file, '--root', root, '--state-dir', join(root, 'run'), '--dry-run'];
    const process_ = spawn(process.execPath, [AGENT, ...options], { stdio: 'ignore' });
    this.known.set(id, { root, process: process_ });
  }

  private furnish(root: string, buildId: number): void {
    cpSync(ROOT, root, { recursive: true });
    mkdirSync(join(root, 'run'), { recursive: true });
    writeFileSync(join(root, 'proc/sys/kernel/hostname'), `image-manager-build-${buildId}\n`);
    if (this.plan.wrongRelease) writeFileSync(join(root, 'etc/os-release'), 'ID=debian\nVERSION_ID="11"\n');
    const wait = 'while [ -d "$GUEST_ROOT" ] && [ ! -e "$GUEST_ROOT/go" ]; do /bin/sleep 0.05; done';
    if (this.plan.agent === 'holds') {
      writeFileSync(join(root, 'bin/dpkg'), `#!/bin/sh\n${wait}\n`, { mode: 0o755 });
    }
  }
}

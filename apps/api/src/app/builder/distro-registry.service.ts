import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { DefinitionProblem, DistroDefinition } from '@image-manager/contracts';
import { parseDefinition } from '@image-manager/disk-image-builder';
import { AppConfig } from '../config/index.js';
import { BuildEvents } from './build-events.js';
import { NotAFileError, readDefinitionFile } from './definition-file.js';
import { withoutTakenNames, withoutTwins } from './taken-image-names.js';

export interface RegisteredDistro {
  id: string;
  file: string;
  definition?: DistroDefinition;
  digest?: string;
  imageNameLine?: number;
  problems: DefinitionProblem[];
}

/** Looked at again and again rather than watched: that works for every file system, and for a folder that is replaced. */
const EVERY_MS = 1000;
/** A folder that has not answered by then hangs. */
const ANSWER_MS = 10_000;

/** The definitions in the distros folder as they stand now; a broken file is listed with its errors and harms no other. */
@Injectable()
export class DistroRegistry implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(DistroRegistry.name);
  private distros = new Map<string, RegisteredDistro>();
  private signature = '';
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private nextLook: Promise<void> | undefined;
  private hangs = false;

  constructor(
    private readonly config: AppConfig,
    private readonly events: BuildEvents,
  ) {}

  async onModuleInit(): Promise<void> {
    const first = async () => {
      this.signature = await this.sign();
      this.distros = await this.load();
      return true;
    };
    if (!(await Promise.race([first(), answerTime()]))) {
      throw new Error(
        `DISTROS_PATH ${this.config.distrosPath} does not answer: its file system hangs. Mount it again, or set DISTROS_PATH in config.env to a folder that can be read.`,
      );
    }
    this.lookLater();
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  all(): RegisteredDistro[] {
    return [...this.distros.values()].sort((a, b) => a.id.localeCompare(b.id));
  }

  find(id: string): RegisteredDistro | undefined {
    return this.distros.get(id);
  }

  private lookLater(): void {
    this.timer = setTimeout(() => {
      void this.refresh().then(() => {
        if (this.timer) this.lookLater();
      });
    }, EVERY_MS).unref();
  }

  /**
   * Takes in what has changed in the folder by now: a build must not start from what a file said a second ago. A folder
   * that cannot be read, or hangs, changes nothing.
   */
  async refresh(): Promise<void> {
    // One look at a time: each that hangs keeps a thread, and there are four.
    this.nextLook ??= this.looking.then(() => {
      this.nextLook = undefined;
      this.looking = this.look();
      return this.looking;
    });
    const answered = await Promise.race([this.nextLook.then(() => true), answerTime()]);
    if (!answered && !this.hangs) this.logger.warn('the distros folder does not answer; nothing changes');
    this.hangs = !answered;
  }

  private async look(): Promise<void> {
    try {
      const signature = await this.sign();
      if (signature !== this.signature) {
        this.distros = await this.load();
        this.signature = signature;
        this.events.distros$.next(undefined);
      }
    } catch (error) {
      if (this.signature !== '')
        this.logger.warn(error, 'the distros folder could not be read; nothing changes');
      this.signature = '';
    }
  }

  /** Changes with every change of a definition file. */
  private async sign(): Promise<string> {
    const files = await this.files();
    const stats = await Promise.all(
      files.map((file) => stat(join(this.config.distrosPath, file)).catch(() => undefined)),
    );
    return JSON.stringify(files.map((file, index) => [file, stats[index]?.mtimeMs, stats[index]?.size]));
  }

  private async files(): Promise<string[]> {
    const names = await readdir(this.config.distrosPath);
    return names.filter((name) => /^[^.].*\.ya?ml$/.test(name)).sort();
  }

  private async load(): Promise<Map<string, RegisteredDistro>> {
    const files = await this.files();
    const distros = await Promise.all(files.map((file) => this.read(file)));
    return new Map(withoutTakenNames(withoutTwins(distros)).map((distro) => [distro.id, distro]));
  }

  private async read(file: string): Promise<RegisteredDistro> {
    const id = file.replace(/\.ya?ml$/, '');
    try {
      const parsed = parseDefinition(file, await readDefinitionFile(join(this.config.distrosPath, file)));
      return parsed.definition ? { id, file, ...parsed } : { id, file, problems: parsed.problems };
    } catch (error) {
      const message = error instanceof NotAFileError ? error.message : `cannot be read: ${String(error)}`;
      return { id, file, problems: [{ file, line: 1, field: '', code: 'OTHER', message }] };
    }
  }
}

/** @returns false once a folder should have answered. */
function answerTime(): Promise<false> {
  return sleep(ANSWER_MS, false as const, { ref: false });
}

import { Injectable } from '@nestjs/common';
import { DibOutline, mayHoldDibWords, type LogOutline } from '@image-manager/contracts';
import { linesOf, LogReader, type LogFilter } from '../../storage/index.js';
import { Turns } from './turns.js';

const OF_THE_BUILD: LogFilter = { stage: 'build' };

/** Reads from a whole log what disk-image-create did, in slices, so that nobody else has to wait. */
@Injectable()
export class LogOutlineService {
  constructor(private readonly reader: LogReader) {}

  /** @throws the signal's reason. */
  async of(buildId: number, signal: AbortSignal): Promise<LogOutline> {
    const total = await this.reader.lastLine(buildId);
    const outline = new DibOutline();
    const turns = new Turns(signal);
    for await (const { json } of this.reader.texts(buildId, 1, OF_THE_BUILD)) {
      await turns.give();
      if (!mayHoldDibWords(json)) continue;
      for (const line of linesOf(json, 1, OF_THE_BUILD)) if (line.n <= total) outline.read(line);
    }
    return { phases: outline.phases, total };
  }
}

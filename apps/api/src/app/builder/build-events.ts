import { Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';
import type { BuildChanged, StageChanged } from '@image-manager/contracts';

/** What watchers are told; each event is sent after its fact is in the database. */
@Injectable()
export class BuildEvents {
  readonly build$ = new Subject<BuildChanged>();
  readonly stage$ = new Subject<StageChanged>();
  readonly distros$ = new Subject<undefined>();
  readonly images$ = new Subject<{ cloud: string }>();
}

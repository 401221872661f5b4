import type { Injector } from '@angular/core';
import { MatDialog } from '@angular/material/dialog';
import type { BuildView, DistroView } from '@image-manager/contracts';
import type { Observable } from 'rxjs';
import { BuildOptions } from './build-options';

/** Asks for the options of one build. Gives the build that was queued, or undefined when the person thought otherwise. */
export function openBuildOptions(injector: Injector, distro: DistroView): Observable<BuildView | undefined> {
  return injector
    .get(MatDialog)
    .open<BuildOptions, DistroView, BuildView>(BuildOptions, { data: distro, width: '36rem' })
    .afterClosed();
}

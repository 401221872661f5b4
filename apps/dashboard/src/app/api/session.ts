import { Injectable, signal } from '@angular/core';

/** Whether the server still accepts the credentials that the browser sends. */
@Injectable({ providedIn: 'root' })
export class Session {
  /** True from the first 401 until a request succeeds. */
  readonly refused = signal(false);
}

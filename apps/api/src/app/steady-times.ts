/**
 * Times of rows as this process's monotonic clock sees them. What the first question about a row finds is kept: a wall
 * clock that is set afterwards moves nothing. Another process starts over from the row.
 */
export class SteadyTimes {
  private readonly times = new Map<number, number>();

  /** Milliseconds until the time of row `id`, negative once it is past. */
  until(id: number, time: Date): number {
    let steady = this.times.get(id);
    if (steady === undefined) {
      steady = performance.now() + time.getTime() - Date.now();
      this.times.set(id, steady);
    }
    return steady - performance.now();
  }

  /** The row is gone, or has got another time. */
  forget(id: number): void {
    this.times.delete(id);
  }
}

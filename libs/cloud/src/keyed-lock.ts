/** Lets one task at a time run for each key, in the order they came. Holds for this process alone. */
export class KeyedLock {
  private readonly tails = new Map<string, Promise<unknown>>();

  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.tails.get(key) ?? Promise.resolve();
    // A task that failed lets the next one run all the same.
    const outcome = before.then(task, task);
    this.tails.set(key, outcome);
    try {
      return await outcome;
    } finally {
      if (this.tails.get(key) === outcome) this.tails.delete(key);
    }
  }
}

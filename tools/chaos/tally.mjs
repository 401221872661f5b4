/** Where a strike can meet a build, in the order of its life. */
const PLACES = ['queued', 'build', 'upload', 'boot', 'test', 'promote', 'cleanup', 'between', 'over'];

/** Counts strikes by kind and by what the build was at when they came. */
export class Tally {
  /** @type {Map<string, Map<string, number>>} */
  #rows = new Map();
  total = 0;

  /** @param {{ name: string, place: string }} strike */
  add({ name, place }) {
    if (!PLACES.includes(place)) throw new Error(`there is no place ${place}`);
    const row = this.#rows.get(name) ?? new Map();
    this.#rows.set(name, row.set(place, (row.get(place) ?? 0) + 1));
    this.total += 1;
  }

  /** A table: a line for each kind of strike, a column for each place, and sums. */
  lines() {
    const kinds = [...this.#rows.keys()].sort();
    const count = (kind, place) => this.#rows.get(kind)?.get(place) ?? 0;
    const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
    const rows = [
      ['strikes', ...PLACES, 'all'],
      ...kinds.map((kind) => {
        const counts = PLACES.map((place) => count(kind, place));
        return [kind, ...counts, sum(counts)];
      }),
      ['all', ...PLACES.map((place) => sum(kinds.map((kind) => count(kind, place)))), this.total],
    ];
    const width = Math.max(...rows.map(([first]) => String(first).length));
    return rows.map(([first, ...cells]) =>
      [String(first).padEnd(width), ...cells.map((cell) => String(cell).padStart(9))].join(''),
    );
  }
}

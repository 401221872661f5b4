/** What a build made or was about to make outside the database. */
export interface LedgerEntry {
  id: number;
  cloud: string;
  kind: LedgerKind;
  state: LedgerState;
}

export const LEDGER_KINDS = ['directory', 'process', 'image', 'server'] as const;
export type LedgerKind = (typeof LEDGER_KINDS)[number];

/** intended: about to be made, its id unknown; held: it exists; kept: it outlives its build; released: it is gone. */
export const LEDGER_STATES = ['intended', 'held', 'kept', 'released'] as const;
export type LedgerState = (typeof LEDGER_STATES)[number];

/** What has to be undone in one cloud (empty: on the host), last made first. */
export function undoOrder<T extends LedgerEntry>(entries: readonly T[], cloud: string): T[] {
  return entries
    .filter((entry) => entry.cloud === cloud && (entry.state === 'intended' || entry.state === 'held'))
    .sort((a, b) => b.id - a.id);
}

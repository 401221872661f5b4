/** Where the agent's own words go: standard output, and the manager while it listens. */
export type Log = (line: string) => void;

/** A message for a person out of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

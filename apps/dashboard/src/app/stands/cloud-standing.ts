/** What a person wants to know of a cloud before anything else. */
export interface CloudStanding {
  reachable: boolean;
  /** Nobody knows of those in a cloud that cannot be reached. */
  leaks: number;
}

/** Smaller comes first: what cannot be reached, then where something leaked. */
function urgency({ reachable, leaks }: CloudStanding): number {
  return reachable ? (leaks > 0 ? 1 : 2) : 0;
}

/** The clouds as they were configured, those that need somebody before the others. */
export function mostUrgentFirst<T extends { name: string }>(
  clouds: readonly T[],
  standings: ReadonlyMap<string, CloudStanding>,
): T[] {
  const rank = ({ name }: T): number => {
    const standing = standings.get(name);
    return standing === undefined ? 2 : urgency(standing);
  };
  return [...clouds].sort((a, b) => rank(a) - rank(b));
}

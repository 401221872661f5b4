import type { PackageChange, PackageView } from '@image-manager/contracts';

export interface Comparison {
  added: PackageView[];
  removed: PackageView[];
  changed: PackageChange[];
  same: number;
}

/** What becomes of the packages of `before` in `after`; a package is one of a name and an architecture. */
export function comparePackages(before: readonly PackageView[], after: readonly PackageView[]): Comparison {
  const old = new Map(before.map((entry) => [keyOf(entry), entry]));
  const comparison: Comparison = { added: [], removed: [], changed: [], same: 0 };
  for (const entry of after) {
    const { name, version, architecture } = entry;
    const former = old.get(keyOf(entry));
    old.delete(keyOf(entry));
    if (!former) comparison.added.push(entry);
    else if (former.version === version) comparison.same += 1;
    else comparison.changed.push({ name, architecture, from: former.version, to: version });
  }
  comparison.removed.push(...old.values());
  return comparison;
}

function keyOf({ name, architecture }: PackageView): string {
  return `${name}:${architecture}`;
}

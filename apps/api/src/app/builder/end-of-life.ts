import type { DistroDefinition, EndOfLifeView } from '@image-manager/contracts';

const DAY_MS = 24 * 3600 * 1000;

/** Which phase of support holds today; the last day of a phase still belongs to it (UTC). */
export function endOfLifeOn(today: Date, phases: DistroDefinition['endOfLife']): EndOfLifeView {
  const day = today.toISOString().slice(0, 10);
  const view = phases.map(({ phase, until }) => ({ phase, until, over: until < day }));
  const current = phases.find(({ until }) => until >= day);
  if (!current) return { phase: 'ended', phases: view };
  const daysLeft = Math.round((Date.parse(current.until) - Date.parse(day)) / DAY_MS);
  return { phase: current.phase, until: current.until, daysLeft, phases: view };
}

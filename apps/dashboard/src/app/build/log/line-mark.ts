/** Lines that a link points at; `to` equals `from` for a single one. */
export interface LineMark {
  from: number;
  to: number;
}

/** Reads `L12` or `L10-L20`. */
export function parseMark(fragment: string | null): LineMark | undefined {
  const match = /^L([1-9]\d{0,9})(?:-L([1-9]\d{0,9}))?$/.exec(fragment ?? '');
  if (match === null) return undefined;
  const [one, other] = [Number(match[1]), Number(match[2] ?? match[1])];
  return { from: Math.min(one, other), to: Math.max(one, other) };
}

export function formatMark({ from, to }: LineMark): string {
  return from === to ? `L${from}` : `L${from}-L${to}`;
}

import { CONTROL_SEQUENCE } from '@image-manager/contracts';

/** A run of text with one look. `style` is a list of CSS classes, empty for plain text. */
export interface AnsiSpan {
  text: string;
  style: string;
  /** Colours beyond the sixteen, as CSS colours; the style sheet keeps their contrast. */
  ink?: string;
  paper?: string;
}

/** Splits a line into runs of one look: SGR becomes classes and colours, every other control sequence goes. */
export function ansiSpans(line: string): AnsiSpan[] {
  const spans: AnsiSpan[] = [];
  let look: Look = {};
  let from = 0;
  const push = (text: string): void => {
    if (text === '') return;
    const span = { text, ...appearance(look) };
    const last = spans.at(-1);
    if (last && last.style === span.style && last.ink === span.ink && last.paper === span.paper)
      last.text += text;
    else spans.push(span);
  };
  for (const match of line.matchAll(CONTROL_SEQUENCE)) {
    push(line.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[1] !== undefined) look = applySgr(look, match[1]);
  }
  push(line.slice(from));
  return spans;
}

/** A number is one of the sixteen colours, a string a CSS colour. */
type Colour = number | string;

interface Look {
  ink?: Colour | undefined;
  paper?: Colour | undefined;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
  inverse?: boolean;
}

const SWITCHES: Partial<Record<number, Look>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  21: { underline: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  39: { ink: undefined },
  49: { paper: undefined },
};

function applySgr(before: Look, parameters: string): Look {
  let look = before;
  // Colons part the pieces of one parameter (ISO 8613-6), semicolons are what most programs write instead.
  const codes = parameters.split(/[;:]/).map((code) => (code === '' ? 0 : Number(code)));
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === 38 || code === 48) {
      const wide = codes[i + 1] === 2;
      // With colons a colour space, mostly empty, comes before red, green and blue.
      const skip = wide && parameters.includes('::') ? 3 : 2;
      const colour = wide ? rgb(codes.slice(i + skip, i + skip + 3)) : indexed(codes[i + 2] ?? 0);
      look = code === 38 ? { ...look, ink: colour } : { ...look, paper: colour };
      i += wide ? skip + 2 : 2;
    } else look = applyCode(look, code);
  }
  return look;
}

function applyCode(look: Look, code: number): Look {
  if (code === 0) return {};
  const change = SWITCHES[code];
  if (change !== undefined) return { ...look, ...change };
  if (code >= 30 && code <= 37) return { ...look, ink: code - 30 };
  if (code >= 90 && code <= 97) return { ...look, ink: code - 90 + 8 };
  if (code >= 40 && code <= 47) return { ...look, paper: code - 40 };
  if (code >= 100 && code <= 107) return { ...look, paper: code - 100 + 8 };
  return look;
}

/** xterm's palette: 16 named colours, a cube of 6 × 6 × 6, 24 greys. */
function indexed(index: number): Colour {
  if (index < 16) return index;
  if (index > 255) return 7;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return rgb([grey, grey, grey]);
  }
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  const cube = index - 16;
  return rgb([level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)]);
}

function rgb(parts: number[]): string {
  const [red, green, blue] = [0, 1, 2].map((at) => Math.min(255, Math.max(0, parts[at] ?? 0)));
  return `rgb(${red} ${green} ${blue})`;
}

function appearance(look: Look): Omit<AnsiSpan, 'text'> {
  const { ink, paper } = look;
  const style = [
    ...(typeof ink === 'number' ? [`c${ink}`] : ink === undefined ? [] : ['ink']),
    ...(typeof paper === 'number' ? [`b${paper % 8}`] : paper === undefined ? [] : ['paper']),
    ...(['bold', 'dim', 'italic', 'underline', 'inverse'] as const).filter((name) => look[name] === true),
  ].join(' ');
  return {
    style,
    ...(typeof ink === 'string' ? { ink } : {}),
    ...(typeof paper === 'string' ? { paper } : {}),
  };
}

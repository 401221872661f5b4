/** A run of text with one look. `style` is a list of CSS classes, empty for plain text. */
export interface AnsiSpan {
  text: string;
  style: string;
}

// CSI sequences; the final byte `m` alone (SGR) carries a look. Source: ECMA-48, 5.4 and 8.3.117.
const SEQUENCE = /\u001b\[([0-9;:?<=>]*)[ -/]*([@-~])|\u001b[@-Z\\-_]|[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** Splits a line into coloured runs: SGR colours and bold become classes, every other control sequence goes. */
export function ansiSpans(line: string): AnsiSpan[] {
  const spans: AnsiSpan[] = [];
  let look: Look = {};
  let from = 0;
  const push = (text: string): void => {
    if (text === '') return;
    const style = styleOf(look);
    const last = spans.at(-1);
    if (last?.style === style) last.text += text;
    else spans.push({ text, style });
  };
  for (const match of line.matchAll(SEQUENCE)) {
    push(line.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === 'm') look = applySgr(look, match[1] ?? '');
  }
  push(line.slice(from));
  return spans;
}

interface Look {
  /** 0 to 15. */
  colour?: number;
  bold?: boolean;
}

function applySgr(before: Look, parameters: string): Look {
  let look = before;
  const codes = parameters.split(';').map((code) => (code === '' ? 0 : Number(code)));
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    // Extended colours take further parameters, which must not be read as codes of their own.
    if (code === 38 || code === 48) i += codes[i + 1] === 5 ? 2 : 4;
    else look = applyCode(look, code);
  }
  return look;
}

function applyCode(look: Look, code: number): Look {
  if (code === 0) return {};
  if (code === 1) return { ...look, bold: true };
  if (code === 22) return { ...look, bold: false };
  if (code >= 30 && code <= 37) return { ...look, colour: code - 30 };
  if (code >= 90 && code <= 97) return { ...look, colour: code - 90 + 8 };
  if (code === 39) return look.bold === undefined ? {} : { bold: look.bold };
  return look;
}

function styleOf(look: Look): string {
  const colour = look.colour === undefined ? [] : [`c${look.colour}`];
  return [...colour, ...(look.bold === true ? ['bold'] : [])].join(' ');
}

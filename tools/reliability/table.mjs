import { format, resolveConfig } from 'prettier';

/** @import { Matrix, MatrixRow } from './rows.mjs' */

const HEAD = ['Where', 'Fault', 'The build ends', 'Cause', 'What its row says'];

/**
 * The document with the matrix' table between its markers, formatted as the rest of the workspace.
 *
 * @param {string} path of the document, for the formatter's settings
 * @param {string} text
 * @param {Matrix} matrix
 * @returns {Promise<string>}
 * @throws Error when the document has no place for it.
 */
export async function withTable(path, text, { matrix, rows }) {
  const [begin, end] = [`<!-- rows of ${matrix} -->`, `<!-- end of ${matrix} -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`${path} needs the lines ${begin} and ${end}`);
  const whole = `${text.slice(0, from + begin.length)}\n\n${tableOf(rows)}\n\n${text.slice(to)}`;
  return format(whole, { ...(await resolveConfig(path)), filepath: path });
}

/** @param {MatrixRow[]} rows */
function tableOf(rows) {
  return [HEAD, HEAD.map(() => '---'), ...rows.map(cells)]
    .map((line) => `| ${line.join(' | ')} |`)
    .join('\n');
}

/** @param {MatrixRow} row */
function cells({ where, fault, status, code, message, advice, note }) {
  const words = message === undefined ? [] : [escape(advice === undefined ? message : sentence(message))];
  if (advice !== undefined) words.push(escape(advice));
  if (note !== undefined) words.push(`_${escape(note)}_`);
  return [escape(where), escape(fault), status, code === undefined ? '' : `\`${code}\``, words.join(' ')];
}

/** Causes are shown on lines of their own, and end without a full stop. */
function sentence(text) {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** What a text may hold that Markdown, or a table's row, would take for its own. */
function escape(text) {
  return text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/[\\`*_<>|[\]]/g, '\\$&');
}

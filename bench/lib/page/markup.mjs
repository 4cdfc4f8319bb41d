// Pieces of markup that the parts of the results page share.
import { escapeText } from '../charts/theme.mjs';

/** One element around markup. */
export const cell = (name, content, kind = '') =>
  `<${name}${kind === '' ? '' : ` class="${kind}"`}>${content}</${name}>`;

/** A table that scrolls within itself where it is too wide; `head` and `rows` are lists of cells. */
export function table(head, rows) {
  const line = (cells) => `<tr>${cells.join('')}</tr>`;
  const body = rows.map(line).join('');
  return `<div class="scroll" tabindex="0"><table><thead>${line(head)}</thead><tbody>${body}</tbody></table></div>`;
}

/** Cells of a table's head. */
export const headCells = (names) => names.map((name) => cell('th', escapeText(name)));

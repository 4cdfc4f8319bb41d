// Results as JSON and as a page that needs nothing else.
import { type CaseResult, countsOf, summaryOf, VERDICTS } from './results.js';

/** What was tested, and what came of it. */
export interface Report {
  /** The server's URL, or the client's name. */
  readonly subject: string;
  readonly date: string;
  readonly results: readonly CaseResult[];
}

export function jsonOf(reports: readonly Report[]): string {
  const told = reports.map(({ results, ...rest }) => ({ ...rest, counts: countsOf(results), results }));
  return `${JSON.stringify(told.length === 1 ? told[0] : told, null, 2)}\n`;
}

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const STYLE = `
body { font: 15px/1.4 system-ui, sans-serif; margin: 2rem; color: #1d2733; background: #fff }
table { border-collapse: collapse }
th, td { border: 1px solid #c8d1de; padding: .2rem .6rem; text-align: left; vertical-align: top }
thead th { position: sticky; top: 0; background: #eef3fb }
.OK { background: #e3f4e3 } .non-strict { background: #fdf3d0 } .informational { background: #e4eefb }
.failed { background: #f9d9d6 } .not-judged, .not-offered { background: #eee }
small { color: #55606e }`;

/** One table: a row for each case, a column for each report. */
export function pageOf(reports: readonly Report[]): string {
  const columns = reports.map(({ results }) => new Map(results.map((result) => [result.id, result])));
  const rows = new Map(reports.flatMap(({ results }) => results.map((result) => [result.id, result] as const)));
  const heads = reports.map(
    ({ subject, date, results }) =>
      `<th>${escapeText(subject)}<br><small>${escapeText(date)}<br>${summaryOf(results)}</small></th>`,
  );
  const lines = [...rows.values()].map(
    ({ id, title, section }) =>
      `<tr><th>${id}</th><td>${escapeText(title)} <small>${section}</small></td>${columns.map((column) => cellOf(column.get(id))).join('')}</tr>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>WebSocket conformance</title><style>${STYLE}
</style></head><body>
<h1>WebSocket conformance</h1>
<p>Cases of RFC 6455 and RFC 7692 by websocketpeer. Verdicts: ${VERDICTS.join(', ')}.</p>
<table><thead><tr><th>case</th><th>what happens</th>${heads.join('')}</tr></thead><tbody>
${lines.join('\n')}
</tbody></table></body></html>
`;
}

function cellOf(result: CaseResult | undefined): string {
  if (result === undefined) return '<td></td>';
  const { verdict, note } = result;
  const small = note === '' ? '' : ` <small>${escapeText(note)}</small>`;
  return `<td class="${verdict.replace(' ', '-')}">${verdict}${small}</td>`;
}

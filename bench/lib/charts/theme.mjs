// Appearance of the charts, in light and dark, and the SVG elements that they use.

const LIGHT = {
  page: '#ffffff',
  card: '#f8fafc',
  edge: '#e2e8f0',
  ink: '#0f172a',
  soft: '#64748b',
  own: '#0d7a6f',
  other: '#a8b4c4',
  limit: '#e2e8f0',
  good: '#15803d',
  bad: '#b91c1c',
  c1: '#d9622b',
  c2: '#7c3aed',
  c3: '#64748b',
  c4: '#0369a1',
};

const DARK = {
  page: '#0b1120',
  card: '#111a2e',
  edge: '#24314a',
  ink: '#e2e8f0',
  soft: '#94a3b8',
  own: '#2dd4bf',
  other: '#52627c',
  limit: '#24314a',
  good: '#4ade80',
  bad: '#f87171',
  c1: '#fb923c',
  c2: '#a78bfa',
  c3: '#94a3b8',
  c4: '#38bdf8',
};

const variables = (colours) =>
  Object.entries(colours)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');

/** Colours by name, for `selector`. */
export function coloursFor(selector) {
  const dark = `@media (prefers-color-scheme:dark){${selector}{${variables(DARK)}}}`;
  return `${selector}{${variables(LIGHT)}}${dark}`;
}

/** Styles of a chart's elements. */
export const CHART_STYLE = [
  'text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--ink)}',
  '.title{font-size:15px;font-weight:600}.group{font-weight:600}.soft{fill:var(--soft)}.small{font-size:11px}',
  '.num{font-variant-numeric:tabular-nums}.card{fill:var(--card);stroke:var(--edge)}',
  '.bar{fill:var(--other)}.bar.own{fill:var(--own)}.bar.limit{fill:var(--limit);stroke:var(--other)}',
  '.range{stroke:var(--ink);stroke-opacity:.55;stroke-width:1.5}.own-text{fill:var(--own);font-weight:600}',
  '.grid{stroke:var(--edge)}.line{fill:none;stroke-width:2;stroke-linejoin:round}',
  '.s0{stroke:var(--own);stroke-width:3}.s1{stroke:var(--c1)}.s2{stroke:var(--c2)}.s4{stroke:var(--c4)}',
  '.s3{stroke:var(--c3);stroke-dasharray:5 4}.t0{fill:var(--own);font-weight:600}.t1{fill:var(--c1)}',
  '.t2{fill:var(--c2)}.t3{fill:var(--c3)}.t4{fill:var(--c4)}',
].join('');

export function escapeText(value) {
  return String(value)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Rounds to tenths of pixels. */
const rounded = (value) => (typeof value === 'number' ? Math.round(value * 10) / 10 : value);

/** One element; `inner` is markup. */
export function element(name, attributes, inner = '') {
  const list = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeText(rounded(value))}"`);
  return inner === '' ? `<${name}${list.join('')}/>` : `<${name}${list.join('')}>${inner}</${name}>`;
}

export function text(x, y, content, classes = '', attributes = {}) {
  return element('text', { x, y, ...(classes === '' ? {} : { class: classes }), ...attributes }, escapeText(content));
}

/** A drawing; `style` is only needed outside of a page with the styles. */
export function svg(width, height, label, inner, style = '') {
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${rounded(width)} ${rounded(height)}`,
    role: 'img',
    'aria-label': label,
    ...(style === '' ? {} : { width, height }),
  };
  return element('svg', attributes, `${style === '' ? '' : `<style>${style}</style>`}${inner}`);
}

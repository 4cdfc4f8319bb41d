// The single list of imports with an implementation per runtime: names in package.json's `imports`, each with its
// source for Node and similar runtimes, and for pages. package.json, the tests, the bundles and the rules of the tree
// follow it.

/** Sources below host/, without their ending. */
const SEAMS = {
  '#platform': { default: 'transport/node/platform', browser: 'transport/browser/platform' },
  '#sessions': { default: 'godot4/websocket/stream-sessions', browser: 'browser/page-sessions' },
  '#variant-codec': { default: 'variant/codec', browser: 'browser/variant-codec' },
};

/** Conditions under which the page's sources are taken. */
export const PAGE_CONDITIONS = ['browser', 'react-native', 'workerd', 'edge-light'];

export const SEAM_NAMES = Object.keys(SEAMS);

/**
 * Where each seam leads: `locate` makes a path of a source below host/.
 *
 * @param {'default' | 'browser'} runtime
 * @param {(source: string) => string} locate
 */
function seamsOf(runtime, locate) {
  return Object.fromEntries(Object.entries(SEAMS).map(([name, sources]) => [name, locate(sources[runtime])]));
}

/** @param {(source: string) => string} locate */
export const nodeSeams = (locate) => seamsOf('default', locate);
/** @param {(source: string) => string} locate */
export const pageSeams = (locate) => seamsOf('browser', locate);

/**
 * The whole protocol in a page: over streams.
 *
 * @param {(source: string) => string} locate
 */
export const pageStreamSeams = (locate) => ({ ...nodeSeams(locate), '#platform': pageSeams(locate)['#platform'] });

/** `imports` of package.json. */
export function packageImports() {
  const compiled = (source) => `./dist/host/${source}.js`;
  const entries = Object.entries(SEAMS).map(([name, sources]) => {
    const page = Object.fromEntries(PAGE_CONDITIONS.map((condition) => [condition, compiled(sources.browser)]));
    return [name, { ...page, default: compiled(sources.default) }];
  });
  return Object.fromEntries(entries);
}

// Table of the imports with one implementation per runtime: names in package.json's `imports`, each with its source for
// Node and similar runtimes, and for pages. package.json, the tests, the bundles and the check of the tree use it.

/** Source paths below host/, without their extension. */
const SEAMS = {
  '#descriptions': { default: 'binding/descriptions', browser: 'browser/descriptions' },
  '#platform': { default: 'transport/node/platform', browser: 'transport/browser/platform' },
  '#server-settings': { default: 'protocol/server-settings', browser: 'browser/server-settings' },
  '#sessions': { default: 'godot4/websocket/stream-sessions', browser: 'browser/page-sessions' },
  '#variant-codec': { default: 'variant/codec', browser: 'browser/variant-codec' },
};

/** Conditions of package.json's `imports` that select the page's sources. */
export const PAGE_CONDITIONS = ['browser', 'react-native', 'workerd', 'edge-light'];

export const SEAM_NAMES = Object.keys(SEAMS);

/**
 * The target of each import for `runtime`; `locate` turns a source path below host/ into it.
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
 * The imports of `websocketpeer/streams` in a page: the whole protocol, on the platform of a page.
 *
 * @param {(source: string) => string} locate
 */
export const pageStreamSeams = (locate) => ({ ...nodeSeams(locate), '#platform': pageSeams(locate)['#platform'] });

/** The value of `imports` in package.json. */
export function packageImports() {
  const compiled = (source) => `./dist/host/${source}.js`;
  const entries = Object.entries(SEAMS).map(([name, sources]) => {
    const page = Object.fromEntries(PAGE_CONDITIONS.map((condition) => [condition, compiled(sources.browser)]));
    return [name, { ...page, default: compiled(sources.default) }];
  });
  return Object.fromEntries(entries);
}

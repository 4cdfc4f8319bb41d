// The pages' files over HTTP: a few folders, each below a path of its own, with headers that let a page load nothing
// but what this server serves.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const fromRoot = (path) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** Paths with the folders behind them; the longest that fits counts. */
const FOLDERS = [
  ['/bench/websocketpeer/', fromRoot('dist/esm')],
  ['/bench/', fromRoot('examples/bench-page/page')],
  ['/websocketpeer/', fromRoot('dist/esm')],
  ['/shared/', fromRoot('examples/arena/shared')],
  ['/', fromRoot('examples/arena/page')],
];
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** A path that names a file here and nothing else: no dots at a part's beginning, no escapes. */
const PLAIN_PATH = /^(\/[\w-][\w.-]*)*\/?$/;
const IMPORT_MAP = /<script type="importmap">([\s\S]*?)<\/script>/;

/** Answers one request of an `http.Server`. */
export async function serveFile(request, response) {
  const path = (request.url ?? '/').split('?', 1)[0];
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, { allow: 'GET, HEAD' });
  if (!PLAIN_PATH.test(path)) return refuse(response, 404);
  if (path === '/bench') return refuse(response, 301, { location: '/bench/' });
  const [place, folder] = FOLDERS.find(([prefix]) => path.startsWith(prefix));
  const name = path.endsWith('/') ? `${path}index.html` : path;
  const type = TYPES[extname(name)];
  const body = type === undefined ? null : await contentOf(join(folder, name.slice(place.length)));
  if (body === null) return refuse(response, 404);
  response.writeHead(200, {
    'content-type': type,
    'content-length': body.length,
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    ...(extname(name) === '.html' ? { 'content-security-policy': policyOf(body) } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function contentOf(path) {
  try {
    return await readFile(path);
  } catch {
    return null;
  }
}

/** An import map can only stand in the page itself, so the policy names it by its hash. */
function policyOf(page) {
  const [, map = ''] = IMPORT_MAP.exec(page.toString()) ?? [];
  const hash = createHash('sha256').update(map).digest('base64');
  return [
    "default-src 'none'",
    `script-src 'self' 'wasm-unsafe-eval' 'sha256-${hash}'`,
    "style-src 'self'",
    "img-src 'self' data:",
    // Browsers before 2022 do not count ws: on the same host as 'self'.
    "connect-src 'self' ws: wss:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function refuse(response, status, headers = {}) {
  response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(`${status}\n`);
}

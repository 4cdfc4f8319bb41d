// nginx, Caddy and HAProxy with the configurations of a page, on ports and files of a test, as an unprivileged child.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCa } from './certificates.js';
import { freePort } from './ports.js';
import type { Launched, Programs } from './programs.js';

/** What the configuration of a page is about, in a test. */
export interface Place {
  /** Files that everyone may read. */
  readonly directory: string;
  readonly port: number;
  /** Of plain HTTP. */
  readonly plainPort: number;
  /** PEM of the root that has issued the certificate for localhost. */
  readonly root: string;
}

export interface ProxyKind {
  readonly command: string;
  readonly block: string;
  /** Its configuration and arguments; `text` is the page's, with the ports of the servers. */
  prepare(text: string, place: Place): { config: string; args: readonly string[] };
  /** Signal on which it reads its configuration again; none where that needs more. */
  readonly reload?: NodeJS.Signals;
  /** Status when the server is not there. */
  readonly absent: number;
  readonly isRedirecting: boolean;
  readonly hasPages: boolean;
  /** How its configuration says how long a connection may be silent. */
  readonly silence?: string;
}

/** Replaces what has to be there. */
export function replaced(text: string, pairs: readonly (readonly [string, string])[]): string {
  return pairs.reduce((all, [from, to]) => {
    if (!all.includes(from)) throw new Error(`the page's text has no "${from}"`);
    return all.replaceAll(from, to);
  }, text);
}

const NOBODY = 65534;
const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

const nginx: ProxyKind = {
  command: 'nginx',
  block: 'nginx',
  prepare: (text, { directory, port, plainPort }) => {
    const site = replaced(text, [
      ['listen 80;', `listen 127.0.0.1:${plainPort};`],
      ['listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`],
      ['/etc/letsencrypt/live/game.example', directory],
      ['/var/www/game', join(directory, 'pages')],
      ['game.example', 'localhost'],
    ]);
    const temporary = TEMPORARY.map((name) => `${name}_temp_path ${join(directory, name)};`).join('\n');
    const main = 'daemon off;\nworker_processes 1;\nevents {}\n';
    const config = `${main}pid ${join(directory, 'pid')};\nhttp {\naccess_log off;\n${temporary}\n${site}}\n`;
    return { config, args: ['-e', 'stderr', '-p', directory, '-c', join(directory, 'config')] };
  },
  reload: 'SIGHUP',
  absent: 502,
  isRedirecting: true,
  hasPages: true,
  silence: '_timeout 60s',
};

const caddy: ProxyKind = {
  command: 'caddy',
  block: 'caddyfile',
  prepare: (text, { directory, port }) => {
    const files = `${join(directory, 'fullchain.pem')} ${join(directory, 'privkey.pem')}`;
    const site = replaced(text, [
      ['game.example {', `https://localhost:${port} {\n\tbind 127.0.0.1\n\ttls ${files}`],
      ['/var/www/game', join(directory, 'pages')],
    ]);
    const config = `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${site}`;
    return { config, args: ['run', '--adapter', 'caddyfile', '--config', join(directory, 'config')] };
  },
  absent: 502,
  isRedirecting: false,
  hasPages: true,
};

const haproxy: ProxyKind = {
  command: 'haproxy',
  block: 'haproxy',
  prepare: (text, { directory, port, plainPort }) => {
    const config = replaced(text, [
      ['bind :80\n', `bind 127.0.0.1:${plainPort}\n`],
      ['bind :443 ', `bind 127.0.0.1:${port} `],
      ['/etc/haproxy/certs/game.example.pem', join(directory, 'both.pem')],
      ['maxconn 20000', 'maxconn 100'],
    ]);
    return { config, args: ['-W', '-f', join(directory, 'config')] };
  },
  reload: 'SIGUSR2',
  absent: 503,
  isRedirecting: true,
  hasPages: false,
  silence: 'timeout tunnel 60s',
};

export const PROXIES: readonly ProxyKind[] = [nginx, caddy, haproxy];

/** Makes what a proxy needs; gone when the test is over. */
export async function makePlace(programs: Programs): Promise<Place> {
  const directory = mkdtempSync(join(tmpdir(), 'websocketpeer-'));
  programs.endings.push(() => rmSync(directory, { recursive: true, force: true }));
  chmodSync(directory, 0o777);
  const ca = await makeCa();
  const { key, cert } = await ca.issue({ names: ['localhost'] });
  mkdirSync(join(directory, 'pages'));
  writeFileSync(join(directory, 'pages', 'index.html'), 'the page of the game\n');
  writeFileSync(join(directory, 'fullchain.pem'), cert);
  writeFileSync(join(directory, 'privkey.pem'), key);
  writeFileSync(join(directory, 'both.pem'), cert + key);
  return { directory, port: await freePort(), plainPort: await freePort(), root: ca.cert };
}

/** Writes the configuration; the proxy's arguments. */
export function configure(kind: ProxyKind, text: string, place: Place): readonly string[] {
  const { config, args } = kind.prepare(text, place);
  writeFileSync(join(place.directory, 'config'), config);
  return args;
}

/** Starts a proxy with the configuration `text`, and what it starts itself, as nobody where the test is root. */
export function startProxy(programs: Programs, kind: ProxyKind, path: string, text: string, place: Place): Launched {
  const { directory } = place;
  const args = configure(kind, text, place);
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const env = { ...process.env, HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory };
  return programs.launch(path, args, { cwd: directory, env, detached: true, ...user });
}

// Calls of methods and properties that are set between nodes of Godot 3.6 and ours: every mode, in both directions, and
// between clients through the server, plain and over TLS.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../helpers/ports.js';
import { useReports } from '../helpers/reports.js';
import { GODOT3, isOnPath } from './lib/engine-process.js';
import { Program, programDirectory } from './lib/program.js';
import { OurScene3 } from './lib/scene3.js';
import { makeTrust, type Trust } from './lib/trust.js';
import { useScope } from './lib/watch.js';

const script = readFileSync(new URL('godot/scene3.gd', import.meta.url), 'utf8');
const hasGodot = isOnPath(GODOT3);

/** What is done at the server, once by itself and by each of its two clients. */
const AT_SERVER = {
  itself: ['master lead', 'remotesync lead', 'mastersync lead', 'puppetsync lead', 'mood good'],
  'a client': [
    'remote all',
    'master all',
    'remotesync all',
    'mastersync all',
    'remote not the other',
    'mood bad',
    'last call',
  ],
};
/** What is done at each client. */
const AT_CLIENT = {
  itself: ['puppet all', 'remotesync all', 'mastersync all', 'puppetsync all', 'mood bad', 'score 9'],
  'the server': [
    'remote lead',
    'puppet lead',
    'remotesync lead',
    'puppetsync lead',
    'mood good',
    'score 7',
    'bytes 5',
    'follow [1, 2.5, three, {four:Null}, (5, 6)]',
  ],
  'a client': ['remote all', 'remotesync all', 'remote relayed', 'mood bad', 'mood relayed', 'last call'],
};

const linesBy = (who: string, lines: readonly string[]): string[] =>
  lines.filter((line) => line.endsWith(` by ${who}`)).map((line) => line.slice(0, -` by ${who}`.length));

describe.skipIf(!hasGodot)(hasGodot ? 'nodes of Godot 3' : 'nodes of Godot 3 (needs godot3 on PATH)', () => {
  const scope = useScope();
  const reports = useReports();

  interface Member {
    readonly out: readonly string[];
    until(done: () => boolean): Promise<void>;
  }

  function engineMember(port: number, isServer: boolean, trust: Trust | null): Member {
    const directory = programDirectory(scope);
    let text = script.replace('9080', String(port)).replace('IS_SERVER = false', `IS_SERVER = ${isServer}`);
    const files = { KEY: trust?.server.key, CERTIFICATE: trust?.server.cert, ROOT: trust?.root };
    for (const [name, pem] of Object.entries(files)) {
      if (pem === undefined) continue;
      const path = join(directory, `${name}.${name === 'KEY' ? 'key' : 'crt'}`);
      writeFileSync(path, pem);
      text = text.replace(`${name} = ""`, `${name} = "${path}"`);
    }
    return new Program(scope, directory, 'main.gd', text);
  }

  let trust: Trust;
  beforeAll(async () => {
    trust = await makeTrust();
  });

  const parties = [
    ['ours', 'theirs', 'theirs'],
    ['ours', 'ours', 'theirs'],
    ['theirs', 'ours', 'ours'],
    ['theirs', 'ours', 'theirs'],
    ['ours', 'ours', 'ours'],
    ['theirs', 'theirs', 'theirs'],
  ] as const;
  const plainAndTls = [false, true].flatMap((secure) => parties.map((kinds) => [...kinds, secure] as const));

  it.each(plainAndTls)(
    'call each other: the server is %s, the clients are %s and %s, over TLS: %s',
    async (...party) => {
      const [server, first, second, secure] = party;
      const port = await freePort();
      const member = (kind: 'ours' | 'theirs', isServer: boolean): Member =>
        kind === 'ours'
          ? new OurScene3(scope, port, isServer, secure ? trust : null)
          : engineMember(port, isServer, secure ? trust : null);
      const host = member(server, true);
      await host.until(() => host.out.includes('listening'));
      const clients = [member(first, false), member(second, false)];
      const lastsOf = ({ out }: Member): number => out.filter((line) => line.startsWith('last ')).length;
      await host.until(() => lastsOf(host) === 2);
      for (const client of clients) await client.until(() => lastsOf(client) === 1);
      expect(linesBy('itself', host.out)).toEqual(AT_SERVER.itself);
      const twice = AT_SERVER['a client'].flatMap((line) => [line, line]);
      expect(linesBy('a client', host.out).sort()).toEqual(twice.sort());
      for (const client of clients) {
        for (const who of ['itself', 'the server', 'a client'] as const) {
          expect(linesBy(who, client.out), who).toEqual(AT_CLIENT[who]);
        }
      }
      reports.take();
    },
  );
});

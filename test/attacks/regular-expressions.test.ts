// Class "regular expressions": header values that make a backtracking parser slow.
import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect } from 'vitest';
import { ClientHandshake } from '../../host/protocol/handshake-client.js';
import { ServerHandshake } from '../../host/protocol/handshake-server.js';
import { SERVER_DEFAULTS } from '../../host/protocol/server-settings.js';
import { parseUrl } from '../../host/protocol/url.js';
import { Visitor } from '../../host/protocol/visitor.js';
import { cryptography } from '../../host/transport/node/platform.js';
import { attack, growth } from '../helpers/attack.js';
import { expectLinear } from '../helpers/growth.js';
import { answerTo, requestFor } from '../helpers/raw-peer-handshake.js';

const VALUES: readonly (readonly [what: string, value: (length: number) => string])[] = [
  ['commas', (length) => `${','.repeat(length)}Upgrade`],
  ['blanks', (length) => `Upgrade,${' '.repeat(length)}x`],
  ['quotes and backslashes', (length) => `Upgrade, x="${'\\"'.repeat(length / 2)}`],
  ['many short tokens', (length) => `Upgrade${', a'.repeat(length / 3)}`],
];

for (const [what, value] of VALUES) {
  attack('regular expressions', `a header of ${what} is read like any other`, {}, async (stage) => {
    const meeting = await stage.meet();
    await meeting.open([`Connection: ${value(9000)}`]);
    expect(meeting.isOpen).toBe(true);
  });

  for (const name of [
    'Connection',
    'Upgrade',
    'Sec-WebSocket-Protocol',
    'Sec-WebSocket-Extensions',
    'Host',
    'Origin',
  ]) {
    growth('regular expressions', `${what} in ${name} cost each byte once`, () => {
      const url = parseUrl('ws://127.0.0.1/');
      if (typeof url === 'string') throw new Error(url);
      expectLinear((length) => {
        const header = [`${name}: ${value(length)}`];
        const common = { protocols: ['game'], headers: [], maxSize: 2 ** 30, tools: cryptography };
        const visitor = new Visitor({ remoteAddress: '' }, false, SERVER_DEFAULTS);
        const access = { visitor, hook: null, allowedOrigins: ['x'], allowedHosts: ['x'] };
        const [request, answer] = [requestFor('/', header), answerTo('', header)];
        return () => {
          new ServerHandshake({ ...common, ...access }).push(request);
          new ClientHandshake({ ...common, url }).push(answer);
        };
      }, 10_000);
    });
  }
}

growth('regular expressions', 'no file that reads heads and URLs of the other side applies one', () => {
  const folder = new URL('../../host/protocol/', import.meta.url);
  const readers = readdirSync(folder).filter((name) =>
    /^(http-head|handshake-|request-rules|authority|url)/.test(name),
  );
  expect(readers.length).toBeGreaterThan(5);
  const found = readers.flatMap((name) => expressionsIn(readFileSync(new URL(name, folder), 'utf8'), name));
  // For the headers and protocols that the game sends.
  expect(found).toEqual(["handshake-rules.ts: TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/"]);
});

function expressionsIn(text: string, name: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isMade = ts.isNewExpression(node) && node.expression.getText() === 'RegExp';
    if (ts.isRegularExpressionLiteral(node) || isMade) found.push(`${name}: ${node.parent.getText()}`);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true));
  return found;
}

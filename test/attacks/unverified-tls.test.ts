// Class "unverified TLS": servers that are not who they say.

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { expect } from 'vitest';
import { attackClients, expectTold } from '../helpers/attack.js';
import { makeSelfSigned } from '../helpers/certificates.js';
import { until } from '../helpers/game.js';
import type { ClientStage } from '../helpers/stage-clients.js';

for (const [what, names, isTrusted] of [
  ['a certificate that nobody vouches for', ['localhost'], false],
  ['a trusted certificate of another name', ['other.example'], true],
] as const) {
  attackClients('unverified TLS', `${what} ends the connection before the request is sent`, {}, async (stage) => {
    let received = 0;
    const identity = await makeSelfSigned({ names });
    const server = createServer(identity, (socket) => {
      socket.on('data', (chunk) => {
        received += chunk.length;
      });
      socket.on('error', () => {});
    });
    let ended = 0;
    server.on('connection', (socket) => socket.on('close', () => (ended += 1)));
    server.on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1');
    stage.atEnd(() => server.close());
    await until(() => server.listening, 'a TLS server');
    const url = `wss://localhost:${(server.address() as AddressInfo).port}/`;
    const { error, seat } = (stage as ClientStage).dial(url, isTrusted ? identity.cert : '');
    expect(error).toBe(0);
    await stage.play(() => ended > 0, 'the end');
    expect([received, seat()]).toEqual([0, null]);
    expectTold('unverified TLS', stage);
  });
}

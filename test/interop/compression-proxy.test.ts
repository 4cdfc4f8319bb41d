// A proxy that takes the header of extensions out of requests or answers: connections go on uncompressed, with a server
// and a client of this package that would compress.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocketPeer } from '../../host/index.js';
import { useReports } from '../helpers/reports.js';
import { LiveServer } from './lib/live-server.js';
import { summary, textOf } from './lib/payloads.js';
import { type Scope, useScope } from './lib/watch.js';
import { connectOurs } from './lib/ws-end.js';

const scope = useScope();
const reports = useReports();

function compressing(peer: WebSocketPeer): void {
  peer.compression_mode = WebSocketPeer.COMPRESSION_MODE_MESSAGE;
  peer.compression_threshold = 0;
}

const HEAD_END = '\r\n\r\n';

/** Passes everything on; with `strips`, a head without its line of extensions. */
function pass(from: Socket, to: Socket, strips: boolean): void {
  let head: Buffer | null = strips ? Buffer.alloc(0) : null;
  from.on('data', (bytes) => {
    if (head === null) {
      to.write(bytes);
      return;
    }
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf(HEAD_END);
    if (end < 0) return;
    const lines = head.toString('latin1', 0, end).split('\r\n');
    const kept = lines.filter((line) => !/^sec-websocket-extensions:/i.test(line));
    expect(kept.length).toBe(lines.length - 1);
    to.write(kept.join('\r\n') + HEAD_END, 'latin1');
    to.write(head.subarray(end + HEAD_END.length));
    head = null;
  });
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
}

/** A proxy before `port`; returns its own port. */
async function proxied(port: number, stripped: 'request' | 'answer', scoped: Scope): Promise<number> {
  const proxy = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    pass(client, server, stripped === 'request');
    pass(server, client, stripped === 'answer');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  scoped.defer(() => proxy.close());
  return (proxy.address() as AddressInfo).port;
}

describe('a proxy that takes the extensions out of', () => {
  it('the request: both ends go on uncompressed', async () => {
    const server = new LiveServer(scope, { configure: compressing, echoes: true });
    const ours = connectOurs(scope, await proxied(server.port, 'request', scope), { configure: compressing });
    await ours.opened();
    for (const size of [1, 300, 60_000]) {
      ours.send(textOf(size));
      expect((await ours.received(1)).map(summary)).toEqual([summary(textOf(size))]);
    }
    const { peer } = await server.peer();
    expect([ours.peer.is_compression_active(), peer.is_compression_active()]).toEqual([false, false]);
  });

  it('the answer alone: the client closes with 1002 at the first compressed frame, as RFC 6455 has it', async () => {
    const server = new LiveServer(scope, { configure: compressing, echoes: true });
    const ours = connectOurs(scope, await proxied(server.port, 'answer', scope), { configure: compressing });
    await ours.opened();
    expect(ours.peer.is_compression_active()).toBe(false);
    ours.send(textOf(60_000));
    await ours.closed();
    expect(reports.take()).toEqual([expect.stringContaining('a frame with reserved bits was refused with 1002')]);
  });
});

// undici's WebSocket, the one behind Node's global, as a client of this package's server.

import { Agent, type ErrorEvent, WebSocket } from 'undici';
import { describe, expect, it } from 'vitest';
import type { WebSocketPeer } from '../../host/index.js';
import { useReports } from '../helpers/reports.js';
import type { Packet } from './lib/live-peer.js';
import { LiveServer, type LiveServerOptions } from './lib/live-server.js';
import { binaryOf, summary, textOf } from './lib/payloads.js';
import { makeTrust, serverOptions, type Trust } from './lib/trust.js';
import { type Scope, useScope, Watch } from './lib/watch.js';

const MIB = 1 << 20;

class UndiciEnd extends Watch {
  readonly socket: WebSocket;
  readonly packets: Packet[] = [];
  closeCode = -1;
  closeReason = '';
  wasClean = false;
  failure = '';

  constructor(scope: Scope, server: LiveServer, protocols: string[] = [], trust?: Trust) {
    super();
    const dispatcher = new Agent(trust && { connect: { ca: trust.root } });
    scope.defer(() => dispatcher.destroy());
    const url = `${trust ? 'wss' : 'ws'}://127.0.0.1:${server.port}/`;
    this.socket = new WebSocket(url, { protocols, dispatcher });
    this.socket.binaryType = 'arraybuffer';
    this.socket.addEventListener('open', () => this.noted());
    this.socket.addEventListener('message', ({ data }: { data: string | ArrayBuffer }) => this.#heard(data));
    this.socket.addEventListener('error', (event: ErrorEvent) => {
      this.failure = event.message || 'error';
      this.noted();
    });
    this.socket.addEventListener('close', ({ code, reason, wasClean }) => {
      this.closeCode = code;
      this.closeReason = reason;
      this.wasClean = wasClean;
      this.noted();
    });
  }

  async opened(): Promise<this> {
    await this.until(() => this.socket.readyState === WebSocket.OPEN);
    return this;
  }

  async closed(): Promise<{ code: number; reason: string; wasClean: boolean }> {
    await this.until(() => this.closeCode !== -1);
    return { code: this.closeCode, reason: this.closeReason, wasClean: this.wasClean };
  }

  async received(count: number): Promise<Packet[]> {
    await this.until(() => this.packets.length >= count);
    return this.packets.splice(0, count);
  }

  #heard(data: string | ArrayBuffer): void {
    const text = typeof data === 'string';
    this.packets.push({ text, bytes: text ? new TextEncoder().encode(data) : new Uint8Array(data) });
    this.noted();
  }
}

function roomy(peer: WebSocketPeer): void {
  peer.inbound_buffer_size = 4 * MIB;
  peer.outbound_buffer_size = 4 * MIB;
}

describe.each([
  ['plain', false],
  ['over TLS', true],
])('undici client, our server, %s', (_title, secure) => {
  const scope = useScope();
  useReports();

  async function begin(options: LiveServerOptions = {}, protocols: string[] = []) {
    const trust = secure ? await makeTrust() : undefined;
    const server = new LiveServer(scope, { ...options, tls: trust && serverOptions(trust) });
    return { server, client: new UndiciEnd(scope, server, protocols, trust) };
  }

  it.each([0, 1, 125, 126, 65535, 65536, MIB])('§5.6 %i bytes of text and binary come back', async (size) => {
    const { client } = await begin({ configure: roomy, echoes: true });
    await client.opened();
    const packets = [textOf(size), binaryOf(size)];
    client.socket.send(Buffer.from(packets[0].bytes).toString());
    client.socket.send(packets[1].bytes);
    expect((await client.received(2)).map(summary)).toEqual(packets.map(summary));
  });

  it('§9.1 no extension is agreed on, although undici offers permessage-deflate', async () => {
    const { client } = await begin();
    expect((await client.opened()).socket.extensions).toBe('');
  });

  it.each([
    ['1000', 1000, ''],
    ['3000 with a reason', 3000, 'grüße'],
    ['4999 with 123 bytes', 4999, 'x'.repeat(123)],
  ])('§7.1 closed by undici: %s', async (_case, code, reason) => {
    const { server, client } = await begin();
    await client.opened();
    const ours = await server.peer();
    client.socket.close(code, reason);
    expect(await client.closed()).toEqual({ code, reason, wasClean: true });
    expect(await ours.closed()).toEqual({ code, reason });
  });

  it.each([
    ['1000', 1000, ''],
    ['1001 with a reason', 1001, 'bis später'],
    ['4999 with 123 bytes', 4999, 'x'.repeat(123)],
  ])('§7.1 closed by us: %s', async (_case, code, reason) => {
    const { server, client } = await begin();
    await client.opened();
    const ours = await (await server.peer()).opened();
    ours.peer.close(code, reason);
    expect(await client.closed()).toEqual({ code, reason, wasClean: true });
    expect(await ours.closed()).toEqual({ code, reason: '' }); // undici answers with the code alone
  });

  it('§7.1.5 closed by undici without a code: 0 here, 1005 there', async () => {
    const { server, client } = await begin();
    await client.opened();
    client.socket.close();
    expect(await (await server.peer()).closed()).toEqual({ code: 0, reason: '' });
    expect((await client.closed()).code).toBe(1005);
  });

  it('§1.9 agrees on a subprotocol', async () => {
    const configure = (peer: WebSocketPeer): void => {
      peer.supported_protocols = ['game'];
    };
    const { server, client } = await begin({ configure }, ['chat', 'game']);
    expect((await client.opened()).socket.protocol).toBe('game');
    expect((await (await server.peer()).opened()).peer.get_selected_protocol()).toBe('game');
  });

  it('§4.2 is refused when it asks for a subprotocol that the server has not', async () => {
    const { server, client } = await begin({}, ['chat']);
    await client.until(() => client.failure !== '');
    expect(client.socket.readyState).not.toBe(WebSocket.OPEN);
    expect(await (await server.peer()).closed()).toEqual({ code: -1, reason: '' });
  });
});

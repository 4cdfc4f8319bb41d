// What Godot 4 and this package verify of each other's certificates.
import { expect, it } from 'vitest';
import { TLSOptions, WebSocketPeer, X509Certificate } from '../../host/index.js';
import { GODOT4 } from './lib/engine-process.js';
import { describeEngine, useEngine } from './lib/engine-sides.js';
import { LivePeer } from './lib/live-peer.js';
import { clientOptions, makeTrust } from './lib/trust.js';

describeEngine('Godot 4 and TLS', GODOT4, () => {
  const fixture = useEngine(GODOT4);
  const lost = { code: -1, reason: '' };
  const unhurried = (peer: WebSocketPeer): void => {
    peer.handshake_timeout = 0;
  };

  it('an engine client that distrusts our root does not open, and our side ends at once', async () => {
    const server = fixture.ourServer(true, unhurried);
    const theirs = fixture.theirClient(true, server.port, {}, await makeTrust());
    expect(await theirs.closed()).toEqual(lost);
    expect(await (await server.peer()).closed()).toEqual(lost);
  });

  it('an engine client that expects another name does not open, and our side ends at once', async () => {
    const server = fixture.ourServer(true, unhurried);
    const theirs = fixture.theirClient(true, server.port, {}, fixture.trust, 'elsewhere.example');
    expect(await theirs.closed()).toEqual(lost);
    expect(await (await server.peer()).closed()).toEqual(lost);
  });

  it('our client that distrusts the root of an engine server does not open', async () => {
    const { port } = await fixture.theirServer(true);
    const peer = new WebSocketPeer();
    peer.connect_to_url(`wss://127.0.0.1:${port}/`, clientOptions(await makeTrust()));
    expect(await new LivePeer(peer, fixture.scope).closed()).toEqual(lost);
  });

  it('our client takes the certificate of an engine server for the name that it carries', async () => {
    const { port } = await fixture.theirServer(true);
    const chain = new X509Certificate();
    chain.load_from_string(fixture.trust.root);
    const outcomes = ['localhost', 'elsewhere.example'].map((name) => {
      const peer = new WebSocketPeer();
      peer.connect_to_url(`wss://127.0.0.1:${port}/`, TLSOptions.client(chain, name));
      return new LivePeer(peer, fixture.scope);
    });
    expect((await outcomes[0].opened()).state).toBe(WebSocketPeer.STATE_OPEN);
    expect(await outcomes[1].closed()).toEqual(lost);
  });

  it('plain clients at a TLS server, and the other way round, do not open', async () => {
    const secure = fixture.ourServer(true, unhurried);
    const plain = fixture.ourServer(false, unhurried);
    expect(await fixture.theirClient(false, secure.port).closed()).toEqual(lost);
    expect(await fixture.theirClient(true, plain.port).closed()).toEqual(lost);
    expect(await (await secure.peer()).closed()).toEqual(lost);
    expect(await (await plain.peer()).closed()).toEqual(lost);
  });
});

// The ways in which this package and a Godot engine can talk: either as the server, plain or over TLS. A suite that is
// written once runs on each, with one engine for all of it.
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { OK, WebSocketPeer } from '../../../host/index.js';
import { useReports } from '../../helpers/reports.js';
import { Engine, type EngineServer } from './engine.js';
import type { EngineEnd, RemoteOptions } from './engine-end.js';
import { type Generation, isOnPath } from './engine-process.js';
import { LivePeer } from './live-peer.js';
import { LiveServer } from './live-server.js';
import { clientOptions, makeTrust, serverOptions, type Trust } from './trust.js';
import { Scope, useScope } from './watch.js';

export interface EnginePair {
  readonly ours: LivePeer;
  readonly theirs: EngineEnd;
}

export interface EnginePairOptions extends RemoteOptions {
  /** Settings of this package's peer. */
  readonly configure?: (peer: WebSocketPeer) => void;
}

/** One engine for a suite, and what it needs to talk to this package. */
export class EngineFixture {
  readonly scope: Scope;
  engine!: Engine;
  trust!: Trust;

  constructor(scope: Scope) {
    this.scope = scope;
  }

  /** A server of this package. */
  ourServer(secure: boolean, configure?: (peer: WebSocketPeer) => void): LiveServer {
    return new LiveServer(this.scope, { configure, tls: secure ? serverOptions(this.trust) : undefined });
  }

  /** A client in the engine; over TLS it trusts the root of `trust`, for the name `name` instead of localhost. */
  theirClient(secure: boolean, port: number, options: RemoteOptions = {}, trust = this.trust, name = ''): EngineEnd {
    if (!secure) return this.engine.dial(`ws://127.0.0.1:${port}/play?room=1`, options);
    const tls = { trust: this.engine.file(trust.root), name };
    return this.engine.dial(`wss://localhost:${port}/play?room=1`, { ...options, tls });
  }

  /** A server in the engine. */
  theirServer(secure: boolean, options: RemoteOptions = {}): Promise<EngineServer> {
    if (!secure) return this.engine.listen(options);
    const { key, cert } = this.trust.server;
    const tls = { key: this.engine.file(key), cert: this.engine.file(cert) };
    return this.engine.listen({ ...options, tls });
  }

  /** A client of this package. */
  ourClient(secure: boolean, port: number, configure?: (peer: WebSocketPeer) => void): LivePeer {
    const peer = new WebSocketPeer();
    configure?.(peer);
    const tls = secure ? clientOptions(this.trust) : null;
    const error = peer.connect_to_url(`${secure ? 'wss' : 'ws'}://127.0.0.1:${port}/play?room=1`, tls);
    if (error !== OK) throw new Error(`connect_to_url: error ${error}`);
    return new LivePeer(peer, this.scope);
  }
}

type Open = (secure: boolean, fixture: EngineFixture, options: EnginePairOptions) => Promise<EnginePair>;

const engineClient: Open = async (secure, fixture, { configure, ...remote }) => {
  const server = fixture.ourServer(secure, configure);
  const theirs = fixture.theirClient(secure, server.port, remote);
  await theirs.opened();
  return { theirs, ours: await (await server.peer()).opened() };
};

const engineServer: Open = async (secure, fixture, { configure, ...remote }) => {
  const server = await fixture.theirServer(secure, remote);
  const ours = await fixture.ourClient(secure, server.port, configure).opened();
  return { ours, theirs: await (await server.peer()).opened() };
};

/** Starts the engine before the suite that calls this, and cleans up behind each of its tests. */
export function useEngine(generation: Generation): EngineFixture {
  const life = new Scope();
  const fixture = new EngineFixture(useScope());
  useReports();
  beforeAll(async () => {
    fixture.trust = await makeTrust();
    fixture.engine = await Engine.start(life, generation);
  });
  afterEach(() => fixture.engine.clear());
  afterAll(() => life.end());
  return fixture;
}

/** Runs `suite` where the engine is on PATH; elsewhere its tests are skipped by name. */
export function describeEngine(name: string, generation: Generation, suite: () => void): void {
  const present = isOnPath(generation);
  describe.skipIf(!present)(present ? name : `${name} (needs ${generation.command} on PATH)`, suite);
}

/** Runs `suite` for each side and security, one after the other. */
export function describeEngineSides(
  fixture: EngineFixture,
  suite: (open: (options?: EnginePairOptions) => Promise<EnginePair>, secure: boolean, weServe: boolean) => void,
): void {
  for (const secure of [false, true]) {
    const over = secure ? ', over TLS' : '';
    describe(`engine client, our server${over}`, () => {
      suite((options = {}) => engineClient(secure, fixture, options), secure, true);
    });
    describe(`our client, engine server${over}`, () => {
      suite((options = {}) => engineServer(secure, fixture, options), secure, false);
    });
  }
}

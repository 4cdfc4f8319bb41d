// Registration of the tests of attacks: one test for each kind of server and client that a class concerns, with titles
// from which SECURITY.md is made: `<class>: <role>: <kind>: <what is shown>`.
import { expect, test } from 'vitest';
import { ATTACKS, type AttackClass, type AttackId, type ClientKind, type ServerKind } from '../attacks/classes.js';
import type { Properties, Stage } from './stage.js';
import { Godot3ClientStage, MultiplayerClientStage, PeerClientStage, TlsClientStage } from './stage-clients.js';
import { GatewayStage } from './stage-gateway.js';
import { Godot3ServerStage, MultiplayerStage, TcpStage, TlsStage, UdsStage, UpgradeStage } from './stage-servers.js';

type StageClass<S> = new (properties: Properties) => S;

const SERVER_STAGES: Record<ServerKind, StageClass<Stage>> = {
  TCPServer: TcpStage,
  'TCPServer with TLS': TlsStage,
  UDSServer: UdsStage,
  accept_upgrade: UpgradeStage,
  WebSocketMultiplayerPeer: MultiplayerStage,
  WebSocketServer: Godot3ServerStage,
  WebSocketGateway: GatewayStage,
};
const CLIENT_STAGES: Record<ClientKind, StageClass<Stage>> = {
  WebSocketPeer: PeerClientStage,
  'WebSocketPeer with TLS': TlsClientStage,
  WebSocketMultiplayerPeer: MultiplayerClientStage,
  WebSocketClient: Godot3ClientStage,
};

/** A pattern for an error of classes.ts. */
function patternOf(error: string): RegExp {
  const parts = error.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(parts.join('.*'), 's');
}

/** One test on a fresh stage; every report has to be one of those that classes.ts lists. */
async function play(id: AttackId, stage: Stage, run: (stage: Stage) => Promise<void>): Promise<void> {
  const { errors }: AttackClass = ATTACKS[id];
  const patterns = errors.map(patternOf);
  try {
    await stage.begin();
    await run(stage);
    const unknown = heard(stage).filter((report) => !patterns.some((pattern) => pattern.test(report)));
    expect(unknown, 'reports that the class does not list').toEqual([]);
  } finally {
    await stage.end();
  }
}

/** Everything that the game was told. */
function heard({ reports }: Stage): string[] {
  return [...reports.errors, ...reports.warnings];
}

export type Run = (stage: Stage) => Promise<void>;

/** A test for every kind of server that the class concerns. */
export function attackServers(id: AttackId, shown: string, properties: Properties, run: Run): void {
  const { servers }: AttackClass = ATTACKS[id];
  for (const kind of servers.kinds) {
    test(`${id}: server: ${kind}: ${shown}`, () => play(id, new SERVER_STAGES[kind](properties), run));
  }
}

/** A test for every kind of client that the class concerns. */
export function attackClients(id: AttackId, shown: string, properties: Properties, run: Run): void {
  const { clients }: AttackClass = ATTACKS[id];
  for (const kind of clients.kinds) {
    test(`${id}: client: ${kind}: ${shown}`, () => play(id, new CLIENT_STAGES[kind](properties), run));
  }
}

/** A test for every kind in both roles. */
export function attack(id: AttackId, shown: string, properties: Properties, run: Run): void {
  attackServers(id, shown, properties, run);
  attackClients(id, shown, properties, run);
}

/** Whether the stage has reported one of the class's errors. */
export function isTold(id: AttackId, stage: Stage): boolean {
  const { errors }: AttackClass = ATTACKS[id];
  return errors.some((error) => heard(stage).some((report) => patternOf(error).test(report)));
}

/** Expects one of the class's reports. */
export function expectTold(id: AttackId, stage: Stage): void {
  expect(isTold(id, stage), `a report among: ${heard(stage).join('\n')}`).toBe(true);
}

/** A test that the cost of an input is linear in its size: its title has no kind. */
export function growth(id: AttackId, shown: string, run: () => unknown): void {
  test(`${id}: growth: ${shown}`, async () => {
    await run();
  });
}

// Recordings of Godot 3.6 engines that call methods and set properties at each other, replayed with our side in the place
// of each of them: it has to send the same bytes.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Node, type RpcDeclaration, SceneTree } from '../../../host/godot3/scene/index.js';
import { useReports } from '../../helpers/reports.js';
import { RecordedPeer } from './recorded-peer.js';

const golden = JSON.parse(readFileSync(new URL('../../golden/godot3-remote-calls.json', import.meta.url), 'utf8'));

interface Message {
  readonly link: number;
  readonly isUp: boolean;
  readonly hex: string;
}

function messagesOf(name: string): Message[] {
  return (golden[name] as string[]).map((line) => {
    const [link, way, hex] = line.split(' ') as [string, string, string];
    return { link: Number(link.slice(1)), isUp: way === 'c>s', hex };
  });
}

/** Messages for members that the server's transport writes by itself. */
const isOfSystem = ({ hex }: Message): boolean => !hex.startsWith('00');

/** The game: each in turn rolls a die, and the server tells all. */
class Game extends Node {
  static override readonly rpcs: Record<string, RpcDeclaration> = {
    add_player: { mode: 'puppet', arguments: [1, 2] },
    del_player: 'puppet',
    set_player_name: 'master',
    update_player_name: 'puppet',
    request_action: 'master',
    set_turn: 'puppet',
    _log: 'puppet',
  };
  readonly heard: string[] = [];
  onTurn: (turn: number) => void = () => {};
  onName: (name: string) => void = () => {};
  onAction: (action: string) => void = () => {};

  add_player(...args: [id: number, name?: string]): void {
    this.heard.push(`add ${args.join(' ')}`);
  }
  del_player(id: number): void {
    this.heard.push(`del ${id}`);
  }
  set_player_name(name: string): void {
    this.onName(name);
  }
  update_player_name(_id: number, name: string): void {
    this.heard.push(`name ${name}`);
  }
  request_action(action: string): void {
    this.onAction(action);
  }
  set_turn(turn: number): void {
    this.heard.push(`turn ${turn}`);
    this.onTurn(turn);
  }
  _log(text: string): void {
    this.heard.push(text);
  }
}

/** The members of the script that the recordings "calls" and "properties" use. */
class Target extends Node {
  static override readonly rpcs: Record<string, RpcDeclaration> = {
    m_remote: 'remote',
    m_master: 'master',
    m_puppet: 'puppet',
    m_remotesync: 'remotesync',
    m_mastersync: 'mastersync',
    m_puppetsync: 'puppetsync',
  };
  static override readonly rsets: Record<string, RpcDeclaration> = {
    v_remote: 'remote',
    v_master: 'master',
    v_puppet: 'puppet',
    v_remotesync: 'sync',
    v_puppetsync: 'puppetsync',
  };
  readonly hits: string[] = [];
  constructor() {
    super();
    for (const name of VARIABLES) {
      Object.defineProperty(this, name, { set: (value: unknown) => this.#hit(`${name} ${value}`) });
    }
  }
  #hit(what: string): void {
    this.hits.push(`${what} from ${this.get_tree()?.get_rpc_sender_id()}`);
  }
  undeclared(a: number): void {
    this.#hit(`undeclared ${a}`);
  }
  m_remote(a: number): void {
    this.#hit(`m_remote ${a}`);
  }
  m_master(a: number): void {
    this.#hit(`m_master ${a}`);
  }
  m_puppet(a: number): void {
    this.#hit(`m_puppet ${a}`);
  }
  m_remotesync(a: number): void {
    this.#hit(`m_remotesync ${a}`);
  }
  m_mastersync(a: number): void {
    this.#hit(`m_mastersync ${a}`);
  }
  m_puppetsync(a: number): void {
    this.#hit(`m_puppetsync ${a}`);
  }
}

const METHODS = [
  'undeclared',
  'm_remote',
  'm_master',
  'm_puppet',
  'm_remotesync',
  'm_mastersync',
  'm_puppetsync',
] as const;
const VARIABLES = ['v_plain', 'v_remote', 'v_master', 'v_puppet', 'v_remotesync', 'v_puppetsync'] as const;

function treeWith<N extends Node>(node: N, path: string): { tree: SceneTree; node: N } {
  const tree = new SceneTree();
  const names = path.split('/');
  node.name = names.pop() as string;
  let at = tree.root;
  for (const name of names) {
    const next = new Node();
    next.name = name;
    at.add_child(next);
    at = next;
  }
  at.add_child(node);
  return { tree, node };
}

const GAME_PATH = 'Main/Panel/VBoxContainer/Game';

describe('a recorded game of three', () => {
  const reports = useReports();
  const messages = messagesOf('game');

  it('is the same with our server', () => {
    const { tree, node: game } = treeWith(new Game(), GAME_PATH);
    const peer = new RecordedPeer();
    tree.network_peer = peer;
    const ids: number[] = [];
    const names = new Map<number, string>();
    const rolls = messages.flatMap(({ link, hex }) => {
      const [, roll] = /rolls (\d+)/.exec(Buffer.from(hex, 'hex').toString('latin1')) ?? [];
      return link === 2 && roll !== undefined ? [roll] : [];
    });
    const roll = (who: string, next: number): void => {
      game.rpc('_log', `${who}: rolls ${rolls.shift()}`);
      game.rpc('set_turn', next);
    };
    const join = (id: number): void => {
      peer.join(id);
      game.rpc_id(id, 'add_player', 1, 'Hugo');
      for (const other of ids) game.rpc_id(id, 'add_player', other, names.get(other) ?? '');
      ids.push(id);
      game.rpc('add_player', id);
      game.rpc_id(id, 'set_turn', 0);
    };
    game.onName = (name) => {
      const id = tree.get_rpc_sender_id();
      names.set(id, name);
      game.rpc('update_player_name', id, name);
    };
    game.onAction = (action) => {
      expect(action).toBe('roll');
      const id = tree.get_rpc_sender_id();
      const isLast = ids.indexOf(id) === ids.length - 1;
      roll(names.get(id) as string, isLast ? 0 : ids.indexOf(id) + 2);
      if (isLast && rolls.length > 0 && ids.length > 1) roll('Hugo', 1);
    };
    const links = new Map<number, number>();
    let isUnderWay = false;
    for (const message of messages) {
      if (isOfSystem(message)) {
        const [kind, id] = [message.hex.slice(0, 2), Buffer.from(message.hex, 'hex').readInt32LE(9)];
        if (kind === '03') {
          links.set(message.link, id);
          join(id);
        } else if (kind === '02') {
          peer.leave(id);
          ids.splice(ids.indexOf(id), 1);
          game.rpc('del_player', id);
          game.rpc('set_turn', 1);
        }
      } else if (message.isUp) {
        peer.hear(message.hex);
        const isName = message.hex.includes(Buffer.from('set_player_name').toString('hex'));
        // The engine has polled when the name and the confirmation were there.
        if (message.hex.slice(18, 20) !== '02' && !isName) tree.process(0);
        if (!isUnderWay && names.size === 2) {
          isUnderWay = true;
          roll('Hugo', 1);
        }
      }
    }
    for (const [link, id] of links) {
      const recorded = messages
        .filter((one) => one.link === link && !one.isUp && !isOfSystem(one))
        .map(({ hex }) => hex);
      // What is sent after the first has left does not reach it.
      expect(peer.sentTo(id).slice(0, recorded.length)).toEqual(recorded);
    }
    expect(rolls).toEqual([]);
    expect(reports.take()).toEqual([]);
  });

  it.each([
    ['Ann', 1],
    ['Bob', 2],
  ])('is the same with %s played by our client', (name, turn) => {
    const { tree, node: game } = treeWith(new Game(), GAME_PATH);
    const peer = new RecordedPeer(0);
    tree.network_peer = peer;
    tree.connect('connected_to_server', () => game.rpc_id(1, 'set_player_name', name));
    game.onTurn = (now) => {
      if (now === turn) game.rpc_id(1, 'request_action', 'roll');
    };
    const own = messages.filter(({ link }) => link === turn);
    for (const { isUp, hex } of own) if (!isUp) peer.hear(hex);
    tree.process(0);
    const recorded = own.filter(({ isUp }) => isUp).map(({ hex }) => hex);
    expect(peer.sent.map(({ hex }) => hex).slice(0, recorded.length)).toEqual(recorded);
    expect(game.heard.slice(0, 2)).toEqual(['add 1 Hugo', expect.stringMatching(/^add \d+/)]);
    expect(game.heard).toContain(`${name}: rolls ${turn === 1 ? 27 : 0}`);
  });
});

describe.each([
  ['calls', METHODS],
  ['properties', VARIABLES],
] as const)('recorded %s of each mode', (recording, names) => {
  const reports = useReports();
  const messages = messagesOf(recording);
  const played = messages.filter((one) => !isOfSystem(one));
  const client = Buffer.from(messages[0]?.hex ?? '', 'hex').readInt32LE(9);

  function use(node: Target, name: string): void {
    if (recording === 'calls') node.rpc(name as 'm_remote', 1);
    else node.rset(name as never, 1);
  }

  /** What a side has done by itself, and for the other. */
  const HITS: Record<string, { serverOwn: string[]; clientOwn: string[]; atServer: string[]; atClient: string[] }> = {
    calls: {
      serverOwn: ['m_master', 'm_remotesync', 'm_mastersync', 'm_puppetsync'],
      atClient: ['m_remote', 'm_puppet', 'm_remotesync', 'm_puppetsync'],
      clientOwn: ['m_puppet', 'm_remotesync', 'm_mastersync', 'm_puppetsync'],
      atServer: ['m_remote', 'm_master', 'm_remotesync', 'm_mastersync'],
    },
    properties: {
      serverOwn: ['v_master', 'v_remotesync', 'v_puppetsync'],
      atClient: ['v_remote', 'v_puppet', 'v_remotesync', 'v_puppetsync'],
      clientOwn: ['v_puppet', 'v_remotesync', 'v_puppetsync'],
      atServer: ['v_remote', 'v_master', 'v_remotesync'],
    },
  };
  const { serverOwn, atClient, clientOwn, atServer } = HITS[recording] as (typeof HITS)[string];
  const from = (id: number, list: readonly string[]): string[] => list.map((name) => `${name} 1 from ${id}`);

  it.each([
    ['our server', false, serverOwn, atServer],
    ['our client', true, clientOwn, atClient],
  ])('are the same with %s', (_who, isClient, own, received) => {
    const { tree, node } = treeWith(new Target(), 'T');
    const peer = new RecordedPeer(isClient ? client : 1);
    tree.network_peer = peer;
    peer.join(isClient ? 1 : client);
    const sent = played.filter(({ isUp }) => isUp === isClient);
    const isConfirmation = ({ hex }: Message): boolean => hex.slice(18, 20) === '03';
    let done = 0;
    for (const message of played) {
      if (message.isUp !== isClient) {
        peer.hear(message.hex);
        tree.process(0);
      } else if (done === 0 && !isConfirmation(message)) {
        // The first goes out before the other side has confirmed, the others after that.
        const [first, ...others] = names;
        done = 1;
        use(node, first);
        const confirmation = played.find((one) => one.isUp !== isClient && isConfirmation(one)) as Message;
        peer.hear(confirmation.hex);
        tree.process(0);
        for (const name of others) use(node, name);
        if (recording === 'properties' && !isClient) node.rset_id(client, 'v_remote' as never, 'x');
      }
    }
    // Confirmations go out when the other side's path comes, which is beside the own uses.
    const split = (list: readonly string[]): string[][] => [
      list.filter((hex) => hex.slice(18, 20) !== '03'),
      list.filter((hex) => hex.slice(18, 20) === '03'),
    ];
    expect(split(peer.sent.map(({ hex }) => hex))).toEqual(split(sent.map(({ hex }) => hex)));
    const other = isClient ? 1 : client;
    const here = isClient ? client : 1;
    expect(node.hits.filter((hit) => hit.endsWith(` from ${here}`))).toEqual(from(here, own));
    const more = recording === 'properties' && isClient ? [`v_remote x from 1`] : [];
    expect(node.hits.filter((hit) => hit.endsWith(` from ${other}`))).toEqual([...from(other, received), ...more]);
    const [refused] = reports.take();
    expect(refused).toMatch(new RegExp(`"${names[0]}" of peer ${other} on /root/T: it is neither in static`));
  });
});

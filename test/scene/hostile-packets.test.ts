// Packets for nodes that no honest peer sends: nothing is thrown, nothing is reached that is not declared, nothing grows
// without bound, and a flood costs the log one line.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXPEL } from '../../host/godot4/multiplayer/multiplayer-peer.js';
import { Node, type RpcConfig } from '../../host/scene/index.js';
import { fromHex } from '../helpers/raw-peer-frames.js';
import { useReports } from '../helpers/reports.js';
import { CollectingTransport, int32Hex, Side, textHex } from '../helpers/scene-side.js';

const reports = useReports();

class Target extends Node {
  static rpcs: Record<string, RpcConfig> = {
    none: { mode: 'any_peer' },
    some: { mode: 'any_peer', arguments: [0, 255] },
  };
  calls = 0;
  none(): void {
    this.calls += 1;
  }
  some(): void {
    this.calls += 1;
  }
  secret(): void {
    throw new Error('reached');
  }
}

function stage(): { side: Side; target: Target; below: Target; outside: Target } {
  const side = new Side();
  const branch = side.add('Branch', new Node());
  const outside = side.add('Outside', new Target());
  const target = side.add('N', new Target(), branch);
  const below = side.add('Deep', new Target(), target);
  side.api.root_path = '/root/Branch';
  side.join(2);
  side.sent();
  return { side, target, below, outside };
}

const called = ({ target, below, outside }: ReturnType<typeof stage>): number[] =>
  [target, below, outside].map(({ calls }) => calls);
const long = (path: string, head = 'a00600008000'): string => head + textHex(path);

describe('a call', () => {
  it.each<[what: string, hex: string]>([
    ['without a node id', '80'],
    ['without a method', '8001'],
    ['without a method of two bytes', 'c00100'],
    ['without a count', '000100'],
    ['with a node id of three bytes', 'b00100000000'],
    ['with an offset before the method', long('N', 'a00500008000')],
    ['with an offset behind its end', long('N', 'a0ff00008000')],
    ['with an offset at its end', 'a00600008000'],
    ['with an offset of 31 bits', long('N', 'a0ffffffff00')],
    ['with a path that has no end', 'a006000080004e'],
    ['with two paths', 'a006000080004e004e00'],
    ['with a path that is no UTF-8', 'a00600008000ff00'],
    ['with more arguments than follow', `20070000800102${textHex('N')}`],
    ['with an argument that is cut short', `200900008001010402${textHex('N')}`],
    ['with bytes behind its arguments', `200a0000800101020199${textHex('N')}`],
    ['with an argument of no type', `200900008001013f00${textHex('N')}`],
    ['of no method', long('N', 'a00600008009')],
    ['of no method of the node’s own', long('N', 'e0070000800080')],
    ['of a number that was never given', '80ff00'],
    ['to nobody', long('')],
    ['to a node that is not here', long('X')],
    ['to the node above', long('..')],
    ['to a node beside the root', long('../Outside')],
    ['to a node beside the root, by a detour', long('N/../../Outside')],
    ['to a node by its absolute path', long('/root/Branch/N')],
    ['to a node outside by its absolute path', long('/root/Outside')],
    ['to an object’s prototype', long('__proto__')],
    ['to a constructor', long('constructor')],
  ])('%s reaches nothing, and is reported', (_, hex) => {
    const all = stage();
    all.side.feed(2, hex);
    expect(called(all)).toEqual([0, 0, 0]);
    expect(reports.take()).toEqual([expect.stringMatching(/^SceneMultiplayer: .*; dropped$/)]);
    expect(all.side.sent()).toEqual([]);
  });

  it.each([
    ['with the bit that has no meaning', long('N', 'a80600008000')],
    ['with a slash at its path’s end', long('N/')],
    ['with a number of four bytes', '200700008001004e00'],
  ])('%s is as the engine takes it', (_, hex) => {
    const all = stage();
    all.side.feed(2, hex);
    expect([called(all), reports.take()]).toEqual([[1, 0, 0], []]);
  });

  it('reaches only what is declared, whatever its names are', () => {
    const side = new Side();
    const names = ['constructor', '__proto__', 'toString', 'free', 'queue_free', 'set_name', 'hasOwnProperty'];
    const node = side.add('N', new Target());
    side.join(2);
    side.sent();
    for (let number = 0; number < 300; number += 1) {
      side.feed(2, `e007000080${Buffer.from([number & 255, number >> 8]).toString('hex')}4e00`);
      side.feed(2, `e007000080${Buffer.from([number & 255, 0x80 | (number >> 8)]).toString('hex')}4e00`);
    }
    expect([node.calls, node.is_inside_tree(), node.name]).toEqual([2, true, 'N']);
    // This side can't call them either.
    reports.clear();
    for (const name of names) expect(side.api.rpc(2, node, name)).toBe(31);
    expect(side.sent()).toEqual([]);
  });

  it('of a declared name that is no function here is dropped', () => {
    class Odd extends Node {
      static rpcs: Record<string, RpcConfig> = { __proto__x: { mode: 'any_peer' }, name: { mode: 'any_peer' } };
    }
    const side = new Side();
    const odd = side.add('N', new Odd());
    odd.rpc_config('__proto__', { rpc_mode: 1 });
    side.join(2);
    for (const hex of [long('N'), long('N', 'a00600008001'), long('N', 'e0070000800080')]) side.feed(2, hex);
    expect(odd.name).toBe('N');
    expect(Object.getPrototypeOf(odd)).toBe(Odd.prototype);
  });
});

describe('a path', () => {
  const md5 = Buffer.from('0'.repeat(32)).toString('hex');
  it.each<[what: string, hex: string]>([
    ['that is nothing', '01'],
    ['without a number', `01${md5}00`],
    ['without an end', `01${md5}00010000004e`],
    ['with a checksum that does not end', `01${md5}01010000004e00`],
    ['that is no UTF-8', `01${md5}0001000000ff00`],
    ['of the node above', `01${md5}0001000000${textHex('..')}`],
    ['that is absolute', `01${md5}0001000000${textHex('/root/Branch/N')}`],
    ['that is nowhere', `01${md5}0001000000${textHex('X')}`],
    ['that is empty', `01${md5}000100000000`],
    ['confirmed with a byte less', '020101000000'.slice(0, -2)],
    ['confirmed with a byte more', '02010100000000'],
    ['confirmed that was told to others', `0201${int32Hex(1)}`],
  ])('%s gets no answer, and is reported', (_, hex) => {
    const all = stage();
    all.side.join(3);
    all.side.sent();
    all.side.api.rpc(3, all.target, 'none');
    all.side.sent();
    all.side.feed(2, hex);
    expect(all.side.sent()).toEqual([]);
    expect(reports.take()).toHaveLength(1);
  });

  it('confirmed that nobody knows is not worth a word', () => {
    const all = stage();
    all.side.feed(2, `0201${int32Hex(99)}`);
    expect([all.side.sent(), reports.take()]).toEqual([[], []]);
  });
});

describe('a flood', () => {
  const md5 = Buffer.from('0'.repeat(32)).toString('hex');
  it.each<[what: string, packet: (i: number) => string]>([
    ['of malformed calls', () => '8001'],
    ['of calls to nobody', (i) => long(`X${i}`)],
    ['of calls of no method', () => long('N', 'a00600008009')],
    ['of calls with wrong arguments', () => '2009000080000102054e00'],
    ['of numbers', (i) => `01${md5}00${int32Hex(i)}${textHex('N')}`],
    ['of paths to nobody', (i) => `01${md5}00${int32Hex(i)}${textHex(`X${i}`)}`],
    ['of malformed paths', () => '0100'],
  ])('%s costs the log one line', (_, packet) => {
    const all = stage();
    all.side.api.max_cached_paths = 100;
    const begun = performance.now();
    for (let i = 0; i < 1000; i += 1) all.side.feed(2, packet(i));
    const seconds = Math.ceil((performance.now() - begun) / 1000);
    expect(reports.take().length).toBeLessThanOrEqual(1 + seconds);
    expect(all.side.sent().length).toBeLessThanOrEqual(100);
  });
});

describe('bad packets', () => {
  class Strict extends CollectingTransport {
    readonly expelled: number[] = [];
    protected override get maxBadPackets(): number {
      return 3;
    }
    override [EXPEL](id: number): void {
      this.expelled.push(id);
    }
  }

  it.each<[what: string, id: number, joined: number[], from: number, head: string, expelled: number[]]>([
    ['disconnect the client that sends them', 1, [2], 2, '', [2]],
    ['of another client cost neither that one nor the server its connection', 5, [1, 7], 1, `0703${int32Hex(7)}`, []],
    ['of the server disconnect it', 5, [1], 1, '', [1]],
  ])('%s', (_, id, joined, from, head, expelled) => {
    const side = new Side(id);
    const strict = new Strict(id);
    side.transport = strict;
    side.api.multiplayer_peer = strict;
    side.join(...joined);
    for (let i = 0; i < 10; i += 1) side.feed(from, `${head}8001`);
    expect(strict.expelled).toEqual(expelled);
  });
});

describe('any packet', () => {
  const words = [
    '4e00',
    '4e',
    '00',
    '06000080',
    '01000000',
    'a0',
    '20',
    '01',
    '02',
    '80',
    'e0',
    '2e2e2f',
    'ff',
    '1c',
    '18',
  ];
  const packet = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 60 }),
    fc
      .array(
        fc.oneof(
          fc.constantFrom(...words),
          fc.uint8Array({ maxLength: 6 }).map((b) => Buffer.from(b).toString('hex')),
        ),
        {
          minLength: 1,
          maxLength: 12,
        },
      )
      .map((parts) => fromHex(parts.join('') || '00')),
  );

  it('throws nothing, and reaches nothing outside', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(2, 3), packet), { maxLength: 20 }), (packets) => {
        const all = stage();
        all.side.join(3);
        reports.clear();
        for (const [from, bytes] of packets) {
          // Commands for nodes alone: raw and system packets have tests of their own.
          const command = (bytes[0] as number) & 7;
          if (command !== 3 && command !== 7) all.side.feedBytes(from, bytes);
        }
        expect(all.outside.calls).toBe(0);
        expect(reports.errors.filter((message) => /threw|reached/.test(message))).toEqual([]);
        expect(all.side.api.get_remote_sender_id()).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});

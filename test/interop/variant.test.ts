// Values of every type over a WebSocket: a Godot engine puts them, we decode them, encode them again and send them back,
// and the engine compares what it gets with what it had.
import { expect, it } from 'vitest';
import { bytes_to_var, bytes2var, Dictionary, Vector3, var_to_bytes, var2bytes } from 'websocketpeer/variant';
import { EngineProcess, type Generation, GODOT3, GODOT4 } from './lib/engine-process.js';
import { describeEngine } from './lib/engine-sides.js';
import { LiveServer } from './lib/live-server.js';
import { Scope, Watch } from './lib/watch.js';

interface Comparison {
  readonly event: 'compared';
  readonly type: number;
  readonly same: boolean;
  readonly text: string;
}

/** The engine at its end of the conversation. */
class Conversation extends Watch {
  readonly comparisons: Comparison[] = [];
  /** How many values the engine had; -1 while it goes on. */
  count = -1;

  constructor(scope: Scope, generation: Generation, port: number) {
    super();
    const args = generation.args.map((argument) => argument.replace('remote', 'variants'));
    const gone = (error: Error): void => {
      if (this.count < 0) this.failed(error);
    };
    const engine = new EngineProcess({ ...generation, args }, port, this.#hear, gone);
    scope.defer(() => engine.kill());
  }

  readonly #hear = (line: string): void => {
    if (!line.startsWith('{')) return;
    const event = JSON.parse(line) as Comparison | { event: 'finished'; count: number };
    if (event.event === 'compared') this.comparisons.push(event);
    else this.count = event.count;
    this.noted();
  };
}

/** Has the engine compare all of its values with what `back` makes of each; returns them as they came. */
async function converse(generation: Generation, back: (packet: Uint8Array) => Uint8Array) {
  const scope = new Scope();
  try {
    const server = new LiveServer(scope);
    const packets: Uint8Array[] = [];
    const conversation = new Conversation(scope, generation, server.port);
    const finished = conversation.until(() => conversation.count >= 0);
    const live = await Promise.race([server.peer(), finished.then(() => server.peer())]);
    while (conversation.count < 0) {
      await Promise.race([live.until(() => live.packets.length > 0), finished]);
      for (const { bytes } of live.packets.splice(0)) {
        packets.push(bytes);
        live.send({ text: false, bytes: back(bytes) });
      }
    }
    const { comparisons, count } = conversation;
    return { comparisons, count, packets };
  } finally {
    await scope.end();
  }
}

const MOVE = new Dictionary<string, unknown>([
  ['type', 'move'],
  ['id', 12],
  ['pos', new Vector3(1, 2.5, -3)],
]);

describeEngine('values of Godot 4', GODOT4, () => {
  it('of every type come back as the engine had them', async () => {
    const again = (packet: Uint8Array): Uint8Array => var_to_bytes(bytes_to_var(packet, { exact: true }));
    const { comparisons, count, packets } = await converse(GODOT4, again);
    expect(comparisons.filter(({ same }) => !same)).toEqual([]);
    expect(comparisons).toHaveLength(count);
    expect(count).toBeGreaterThanOrEqual(80);
    expect(new Set(comparisons.map(({ type }) => type)).size).toBe(39);
    expect(packets.map((packet) => bytes_to_var(packet))).toContainEqual(MOVE);
  });
});

describeEngine('values of Godot 3', GODOT3, () => {
  it('of every type come back as the engine had them', async () => {
    const again = (packet: Uint8Array): Uint8Array => var2bytes(bytes2var(packet, false, { exact: true }));
    const { comparisons, count, packets } = await converse(GODOT3, again);
    expect(comparisons.filter(({ same }) => !same)).toEqual([]);
    expect(comparisons).toHaveLength(count);
    expect(count).toBeGreaterThanOrEqual(50);
    expect(new Set(comparisons.map(({ type }) => type)).size).toBe(27);
    expect(packets.map((packet) => bytes2var(packet))).toContainEqual(MOVE);
  });
});

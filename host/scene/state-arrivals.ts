// Receiving states: properties of nodes here become as their authority says.
import { OK } from '../binding/errors.js';
import { textOfThrown } from '../binding/thrown.js';
import type { NodeHost } from '../godot4/multiplayer/node-side.js';
import { readCompressed } from '../variant/compressed.js';
import { MultiplayerSynchronizer, STATE } from './multiplayer-synchronizer.js';
import { IS_OFFSET } from './node-packets.js';
import type { NodePaths } from './node-paths.js';
import type { Property } from './property-path.js';
import { isDelta, readEntries, type StateEntry, TIMES, timeOf } from './replication-packets.js';
import type { Synchronized, TrackedNodes } from './tracked-nodes.js';

export class StateArrivals {
  readonly #host: NodeHost;
  readonly #paths: NodePaths;
  readonly #tracked: TrackedNodes;

  constructor(host: NodeHost, paths: NodePaths, tracked: TrackedNodes) {
    this.#host = host;
    this.#paths = paths;
    this.#tracked = tracked;
  }

  /** Handles states of `source`. */
  receive(source: number, packet: Uint8Array): void {
    const entries = readEntries(packet);
    if (entries === null) {
      this.#host.isBad(source, `states of peer ${source} are malformed`);
      return;
    }
    const time = isDelta(packet) ? -1 : timeOf(packet);
    for (const entry of entries) {
      const problem = this.#set(source, entry, time);
      if (problem !== null) this.#host.mention(source, `a state of peer ${source} is dropped: ${problem}`);
    }
  }

  #set(source: number, entry: StateEntry, time: number): string | null {
    const one = this.#find(source, entry.synchronizer);
    const isChange = time < 0;
    // Of a node that the peer has not heard of leaving yet: as the engine, silent for what is sent all the time.
    if (one === null) return isChange ? `number ${entry.synchronizer} is no MultiplayerSynchronizer here` : null;
    const { synchronizer } = one;
    const authority = synchronizer.get_multiplayer_authority();
    if (authority !== source) return `the authority of ${synchronizer.get_path()} is ${authority}`;
    const properties = synchronizer[STATE].properties();
    if (properties === null) return `${synchronizer.get_path()} has no replication_config`;
    if (!isChange && !isNewer(one, time)) return null;
    const wanted = isChange ? chosen(properties.onChange, entry) : properties.always;
    if (wanted.length === 0) return `${synchronizer.get_path()} has none of these properties`;
    const problem = this.#apply(wanted, entry.values);
    if (problem !== null) return `${synchronizer.get_path()}: ${problem}`;
    synchronizer.emit_signal(isChange ? 'delta_synchronized' : 'synchronized');
    return null;
  }

  #find(source: number, number: number): Synchronized | null {
    if (number < IS_OFFSET) return this.#tracked.peers.get(source)?.synchronizers.get(number) ?? null;
    const node = this.#paths.theirNode(source, number - IS_OFFSET);
    return node instanceof MultiplayerSynchronizer ? (this.#tracked.synchronized.get(node) ?? null) : null;
  }

  /** Sets `properties`, none of them when one of the values does not decode. */
  #apply(properties: readonly Property[], bytes: Uint8Array): string | null {
    const options = { allowObjects: this.#host.allowsObjects };
    const values: unknown[] = [];
    let at = 0;
    for (const { path } of properties) {
      const { error, value, size, reason } = readCompressed(bytes, at, options);
      if (error !== OK) return `"${path}" does not decode: ${reason}`;
      values.push(value);
      at += size;
    }
    return setAll(properties, values);
  }
}

/** Sets each property; returns what a setter has thrown, or null. */
export function setAll(properties: readonly Property[], values: readonly unknown[]): string | null {
  let problem: string | null = null;
  for (const [i, property] of properties.entries()) {
    try {
      property.set(values[i]);
    } catch (error) {
      problem ??= `the setter of "${property.path}" threw ${textOfThrown(error, 'message')}`;
    }
  }
  return problem;
}

/** The properties that the mask of `entry` names. */
const chosen = (properties: readonly Property[], { low, high }: StateEntry): readonly Property[] =>
  properties.filter((_, i) => ((i < 32 ? low >>> i : i < 64 ? high >>> (i - 32) : 0) & 1) === 1);

/** Whether states of `time` are newer than the last, as the engine decides it: times wrap around. */
function isNewer(one: Synchronized, time: number): boolean {
  const { heardAt } = one;
  if (time <= heardAt && heardAt - time < TIMES / 2 - 1) return false;
  one.heardAt = time;
  return true;
}

// Limits of a ClusterMultiplayerPeer, defined as properties with their `get_` and `set_` methods.
import { defineAccessors } from '../binding/accessors.js';
import { requireInt } from '../binding/arguments.js';
import { printError } from '../binding/error-handler.js';
import type { int32 } from '../binding/types.js';

/** Properties that limit a room. */
export interface RoomSettings {
  /**
   * Most peers; 0, as at start, for any number. Further ones are told to try again (503, or 4013 in a page).
   *
   * @takes peers
   */
  max_peers: int32;

  /**
   * Most bytes that may wait here to be sent to one peer, besides those that are under way; 65,535 unless set. 0 for any
   * number.
   *
   * @takes buffer_size
   */
  outbound_buffer_size: int32;

  /**
   * Most packets that may wait to be sent to one peer, and most that wait to be taken by the game; 4096 unless set.
   *
   * When that many wait to be taken, `poll` takes no more, and the clients are slowed down.
   *
   * @takes max_queued_packets
   */
  max_queued_packets: int32;

  /**
   * Most bad packets of one peer, which is then disconnected with 1008; 0, as at start, for any number.
   *
   * @takes packets
   */
  max_bad_packets: int32;
}

type RoomSettingName = keyof RoomSettings;

/** The properties with their `get_` and `set_` methods. */
export type RoomSettingMembers = RoomSettings & {
  [Name in RoomSettingName as `get_${Name}`]: () => int32;
} & {
  [Name in RoomSettingName as `set_${Name}`]: (value: int32) => void;
};

/** Key under which a peer has the values. */
export const RULES: unique symbol = Symbol('rules');

/** The least value of each. */
const LEAST: Readonly<Record<RoomSettingName, number>> = {
  max_peers: 0,
  outbound_buffer_size: 0,
  max_queued_packets: 1,
  max_bad_packets: 0,
};

export function usualRules(): RoomSettings {
  return { max_peers: 0, outbound_buffer_size: 65_535, max_queued_packets: 4096, max_bad_packets: 0 };
}

/** Defines the members of RoomSettingMembers on `prototype`. */
export function defineRoomSettings(prototype: { readonly [RULES]: RoomSettings }): void {
  for (const name of Object.keys(LEAST) as RoomSettingName[]) {
    defineAccessors(
      prototype,
      name,
      (peer) => peer[RULES][name],
      (peer, value) => {
        const least = LEAST[name];
        if (requireInt(name, value) >= least) peer[RULES][name] = value as number;
        else printError(`${name} must be at least ${least}, got ${value}; it stays ${peer[RULES][name]}`, peer);
      },
    );
  }
}

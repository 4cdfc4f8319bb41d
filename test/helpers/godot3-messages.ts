// Messages of Godot 3's multiplayer protocol by hand: type, sender, target, payload.

export const TYPE = { PAYLOAD: 0, ADD: 1, DELETE: 2, ID: 3 } as const;

export function godot3Message(type: number, from: number, to: number, payload: readonly number[] = []): Uint8Array {
  const bytes = new Uint8Array(9 + payload.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = type;
  view.setInt32(1, from, true);
  view.setInt32(5, to, true);
  bytes.set(payload, 9);
  return bytes;
}

/** A notice of a server about the peer `id`. */
export function godot3Notice(type: number, id: number): Uint8Array {
  return godot3Message(type, 1, 0, [...new Uint8Array(Int32Array.of(id).buffer)]);
}

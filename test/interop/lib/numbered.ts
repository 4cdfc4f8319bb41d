// Packets with numbers, and the addresses of rooms.
export const numbered = (number: number, length = 4): Uint8Array => {
  const packet = new Uint8Array(length);
  new DataView(packet.buffer).setUint32(0, number);
  return packet;
};

export const numberOf = (packet: Uint8Array): number => new DataView(packet.buffer, packet.byteOffset).getUint32(0);

/** `length` numbers from `from` on. */
export const count = (length: number, from = 0): number[] => Array.from({ length }, (_, place) => from + place);

export const urlOf = ({ port }: { readonly port: number }, room: string): string => `ws://127.0.0.1:${port}/${room}`;

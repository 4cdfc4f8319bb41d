// What a 3.x game hears, written down in the words of the engine's records.
import type { WebSocketClient, WebSocketPeer, WebSocketServer } from '../../host/godot3/index.js';
import { toHex, type WireFrame } from '../helpers/raw-peer-frames.js';

/** As GDScript prints it. */
export function printed(value: unknown): string {
  if (value === null || value === undefined) return 'Null';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}

/** Takes the next packet of `peer`, as the records' games do. */
export function takenPacket(peer: WebSocketPeer): string {
  const packet = peer.get_packet();
  const shown = toHex(packet.subarray(0, 16));
  return `pkt(len=${packet.length},${shown},err=${peer.get_packet_error()},str=${printed(peer.was_string_packet())})`;
}

/** Writes down what `client` hears; `reads` the packets in the handler. */
export function logClient(client: WebSocketClient, reads: boolean): string[] {
  const events: string[] = [];
  client.connect('connection_established', (protocol) => events.push(`connection_established(${protocol})`));
  client.connect('connection_error', () => events.push('connection_error'));
  client.connect('connection_closed', (wasClean) => events.push(`connection_closed(${printed(wasClean)})`));
  client.connect('server_close_request', (code, reason) => events.push(`server_close_request(${code},${reason})`));
  client.connect('peer_connected', (id) => events.push(`peer_connected(${id})`));
  client.connect('connection_succeeded', () => events.push('connection_succeeded'));
  client.connect('connection_failed', () => events.push('connection_failed'));
  client.connect('data_received', () => {
    const peer = client.get_peer(1) as WebSocketPeer;
    events.push(`data_received[avail=${peer.get_available_packet_count()}]`);
    if (reads) events.push(takenPacket(peer));
  });
  return events;
}

/** Adds the client's status when it is another one than at the last call. */
export function statusLogger(client: WebSocketClient, events: string[]): () => void {
  let last = 0;
  return () => {
    const status = client.get_connection_status();
    if (status !== last) events.push(`status=${status},uid=${client.get_unique_id()}`);
    last = status;
  };
}

export interface ServerLog {
  readonly events: string[];
  /** What the games of the records do with a packet. */
  obey(id: number): void;
}

/** Writes down what `server` hears, as number `place` of the records. */
export function logServer(server: WebSocketServer, place: number): ServerLog {
  const events: string[] = [];
  const isConnected = (id: number): string =>
    server.has_peer(id) ? printed((server.get_peer(id) as WebSocketPeer).is_connected_to_host()) : '-';
  server.connect('client_connected', (id, protocol) => {
    const address = `addr=${server.get_peer_address(id)} has=${printed(server.has_peer(id))}`;
    const isIdGood = id >= 2 && id <= 0x7fffffff;
    events.push(`[${place}] client_connected(ID,${protocol}) ${address} idrange=${printed(isIdGood)}`);
  });
  server.connect('client_close_request', (_id, code, reason) =>
    events.push(`[${place}] client_close_request(ID,${code},${reason})`),
  );
  server.connect('client_disconnected', (id, wasClean) => {
    const state = `has=${printed(server.has_peer(id))} conn=${isConnected(id)}`;
    events.push(`[${place}] client_disconnected(ID,${printed(wasClean)}) ${state}`);
  });
  const obey = (id: number): void => obeyPacket(server, id, events);
  server.connect('data_received', (id) => {
    const peer = server.get_peer(id) as WebSocketPeer;
    events.push(`[${place}] data_received(ID) avail=${peer.get_available_packet_count()}`);
    obey(id);
  });
  return { events, obey };
}

function obeyPacket(server: WebSocketServer, id: number, events: string[]): void {
  const peer = server.get_peer(id) as WebSocketPeer;
  const packet = peer.get_packet();
  const isText = peer.was_string_packet();
  const text = new TextDecoder().decode(packet);
  events.push(`pkt len=${packet.length} str=${printed(isText)} ${text.slice(0, 30)}`);
  if (text.startsWith('echo')) {
    peer.set_write_mode(isText ? 0 : 1);
    const error = peer.put_packet(packet);
    const port = printed(server.get_peer_port(id) > 0);
    events.push(`put=${error} port>0:${port} out=0`);
  } else if (text === 'kick') server.disconnect_peer(id, 4100, 'kicked');
  else if (text === 'pclose') peer.close(4200, 'pclose');
  else if (text === 'stop') server.stop();
}

/** A frame as the records' other side writes it down. */
export function shownFrame({ opcode, fin, masked, header, payload }: WireFrame): string {
  const rsv = (header[0] >> 4) & 7;
  const start = `op=${opcode} fin=${fin ? 1 : 0} rsv=${rsv} masked=${printed(masked)} len=${payload.length}`;
  if (opcode !== 8) return `${start} payload=${toHex(payload.subarray(0, 40))}`;
  const code = payload.length < 2 ? 'None' : String((payload[0] << 8) | payload[1]);
  const reason = payload.subarray(2);
  return `${start} close code=${code} reason_hex=${toHex(reason.subarray(0, 20))}(${reason.length})`;
}

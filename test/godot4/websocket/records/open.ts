// Records of an open connection: taking packets, sending them, and what is refused meanwhile.
import { StreamPeerTCP } from '../../../../host/godot4/io/stream-peer-tcp.js';
import type { WebSocketPeer } from '../../../../host/godot4/websocket/web-socket-peer.js';
import { EncodedObjectAsID, ObjectData } from '../../../../host/variant/handles.js';
import { until } from '../../../helpers/game.js';
import { goldenRecord, type Scenario, type Stage } from '../../../helpers/game-records.js';
import type { RawPeer } from '../../../helpers/raw-peer.js';
import { frame, OP, parseFrames, toHex } from '../../../helpers/raw-peer-frames.js';

const open: Scenario = {
  records: [
    'open.get_packet_empty',
    'open.get_packet_empty.err',
    'open.connect',
    'open.accept',
    'open.connect_empty',
    'open.host',
    'open.proto',
    'open.was_string_before',
    'open.get1',
    'open.get2',
    'open.was_string2',
    'open.get3',
    'open.err3',
    'open.was_string4',
    'open.get_empty_keeps_was_string',
  ],
  play: async (stage) => {
    const { peer, raw } = await stage.client();
    const call = (name: string, what: () => unknown): void => stage.call(`open.${name}`, peer, what);
    call('get_packet_empty', () => peer.get_packet());
    call('get_packet_empty.err', () => peer.get_packet_error());
    call('connect', () => peer.connect_to_url('ws://127.0.0.1:9/'));
    call('accept', () => peer.accept_stream(new StreamPeerTCP()));
    call('connect_empty', () => peer.connect_to_url(''));
    call('host', () => peer.get_connected_host());
    call('proto', () => peer.get_selected_protocol());
    raw.send(frame(OP.TEXT, 'hi'), frame(OP.BINARY, [1, 2, 255]), frame(OP.TEXT, ''), frame(OP.BINARY, [0, 0, 0, 0]));
    await stage.poll(() => peer.get_available_packet_count() === 4, 'four packets', peer);
    call('was_string_before', () => peer.was_string_packet());
    call('get1', () => peer.get_packet());
    call('get2', () => peer.get_packet());
    call('was_string2', () => peer.was_string_packet());
    call('get3', () => peer.get_packet());
    call('err3', () => peer.get_packet_error());
    peer.get_var();
    call('was_string4', () => peer.was_string_packet());
    call('get_empty_keeps_was_string', () => [peer.get_packet().length, peer.was_string_packet()]);
  },
};

const AB = Uint8Array.of(0x61, 0x62);

const SENDS: Record<string, (peer: WebSocketPeer) => number> = {
  'send.send_default': (peer) => peer.send(AB),
  'send.send_text_mode': (peer) => peer.send(AB, 0),
  'send.send_mode2': (peer) => peer.send(AB, 2 as never),
  'send.send_mode-1': (peer) => peer.send(AB, -1 as never),
  'send.send_empty_text': (peer) => peer.send_text(''),
  'send.send_text': (peer) => peer.send_text('hé€'),
  // The engine's own strings hold no NUL: where one was written, U+FFFD stands.
  'send.send_text_nul': (peer) => peer.send_text('a\ufffdb'),
  'send.put_packet': (peer) => peer.put_packet(Uint8Array.of(1)),
  'send.put_packet_empty': (peer) => peer.put_packet(new Uint8Array(0)),
  'send.put_var_null': (peer) => peer.put_var(null),
  'send.put_var_int': (peer) => peer.put_var(7),
  'send.put_var_object': (peer) => peer.put_var(new EncodedObjectAsID(BigInt.asIntN(64, 0x80000006330005bcn))),
  'send.put_var_object_full': (peer) => peer.put_var(new ObjectData('RefCounted', [['script', null]]), true),
};

/** What the notes of a record say about the wire. */
function wireOf(id: string): { first: string; payload: string } {
  const [first, payload] = (goldenRecord(id).notes as string).split(',');
  return { first: first.replace('first bytes', '').trim(), payload: payload.replace('unmasked payload', '').trim() };
}

async function playSend(stage: Stage, peer: WebSocketPeer, raw: RawPeer, id: string): Promise<void> {
  stage.quiet();
  const result = SENDS[id](peer);
  const errors = [...stage.reports.errors];
  peer.send_text('end mark');
  await stage.poll(() => parseFrames(raw.received).frames.some(({ payload }) => payload.length === 8), id, peer);
  const before = raw.takeFrames().slice(0, -1);
  const wire = before.map(({ header, payload }) => ({ first: toHex(header), payload: toHex(payload) }));
  const expected = wireOf(id);
  const wanted = expected.first === '' ? [] : [expected];
  if (JSON.stringify(wire) !== JSON.stringify(wanted)) throw new Error(`${id} sent ${JSON.stringify(wire)}`);
  stage.reports.errors = errors;
  stage.note(id, peer, result);
}

const sendForms: Scenario = {
  records: Object.keys(SENDS),
  play: async (stage) => {
    const { peer, raw } = await stage.client();
    for (const id of Object.keys(SENDS)) await playSend(stage, peer, raw, id);
  },
};

const sendLimits: Scenario = {
  records: [
    'send.65536',
    'send.65535',
    'send.live_outbound_11',
    'send.live_outbound_10',
    'send.outbound0',
    'send.outbound-5',
    'send.maxq-1_live',
  ],
  play: async (stage) => {
    const { peer } = await stage.client();
    const send = (name: string, size: number): void => {
      stage.call(`send.${name}`, peer, () => peer.send(new Uint8Array(size)));
    };
    send('65536', 65536);
    send('65535', 65535);
    await stage.poll(() => peer.get_current_outbound_buffered_amount() === 0, 'the network', peer);
    peer.outbound_buffer_size = 10;
    send('live_outbound_11', 11);
    send('live_outbound_10', 10);
    peer.outbound_buffer_size = 0;
    send('outbound0', 200000);
    peer.outbound_buffer_size = -5;
    send('outbound-5', 200000);
    peer.max_queued_packets = -1;
    send('maxq-1_live', 1);
  },
};

const fullBytes: Scenario = {
  records: ['send.full_bytes', 'send.full_bytes.fits', 'send.full_bytes.one_more', 'send.full_bytes.empty'],
  play: async (stage) => {
    const { peer, raw } = await stage.client();
    raw.stopReading();
    let result = 0;
    while (result === 0) {
      stage.quiet();
      result = peer.send(new Uint8Array(30000));
    }
    stage.note('send.full_bytes', peer, result);
    const buffered = peer.get_current_outbound_buffered_amount();
    if (buffered !== 60000) throw new Error(`${buffered} bytes are buffered`);
    stage.call('send.full_bytes.fits', peer, () => peer.send(new Uint8Array(65535 - buffered)));
    stage.call('send.full_bytes.one_more', peer, () => peer.send(new Uint8Array(1)));
    stage.call('send.full_bytes.empty', peer, () => peer.send(new Uint8Array(0)));
    if (peer.get_current_outbound_buffered_amount() !== 65535) throw new Error('the limit is not exact');
  },
};

const fullCount: Scenario = {
  records: ['send.full_count'],
  play: async (stage) => {
    const { peer, raw } = await stage.client((fresh) => {
      fresh.outbound_buffer_size = 0;
      fresh.max_queued_packets = 4;
    });
    raw.stopReading();
    let result = 0;
    while (result === 0) {
      stage.quiet();
      result = peer.send(new Uint8Array(100000));
    }
    stage.note('send.full_count', peer, result);
    if (peer.get_current_outbound_buffered_amount() !== 400000) throw new Error('not 4 packets are buffered');
    raw.readOn();
    await until(() => raw.take().length > 0, 'the first bytes');
  },
};

export const OPEN_SCENARIOS: readonly Scenario[] = [open, sendForms, sendLimits, fullBytes, fullCount];

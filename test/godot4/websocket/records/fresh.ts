// Records of a peer that was never connected, of properties and of URLs.
import { WebSocketPeer } from '../../../../host/godot4/websocket/web-socket-peer.js';
import { until } from '../../../helpers/game.js';
import { goldenRecord, recordIds, type Scenario, type Stage, Unjudged } from '../../../helpers/game-records.js';
import { DIFFERENCES } from './differences.js';

const BYTE = Uint8Array.of(1);
const NOTHING = new Uint8Array(0);

const FRESH: Record<string, (peer: WebSocketPeer) => unknown> = {
  'fresh.poll': (peer) => peer.poll(),
  'fresh.send': (peer) => peer.send(BYTE),
  'fresh.send_empty': (peer) => peer.send(NOTHING),
  'fresh.send_text': (peer) => peer.send_text('a'),
  'fresh.put_packet': (peer) => peer.put_packet(BYTE),
  'fresh.put_packet_empty': (peer) => peer.put_packet(NOTHING),
  'fresh.get_packet': (peer) => peer.get_packet(),
  'fresh.count': (peer) => peer.get_available_packet_count(),
  'fresh.buffered': (peer) => peer.get_current_outbound_buffered_amount(),
  'fresh.port': (peer) => peer.get_connected_port(),
  'fresh.nodelay': (peer) => peer.set_no_delay(true),
  'fresh.close': (peer) => peer.close(),
  'fresh.close-1': (peer) => peer.close(-1),
  'fresh.close4000': (peer) => peer.close(4000, 'x'),
};

const fresh: Scenario = {
  records: [...Object.keys(FRESH), 'fresh.get_packet_error2'],
  play: (stage) => {
    for (const [id, call] of Object.entries(FRESH)) {
      const peer = stage.peer();
      stage.call(id, peer, () => call(peer));
      if (id === 'fresh.get_packet') stage.call('fresh.get_packet_error2', peer, () => peer.get_packet_error());
    }
  },
};

type NumberProperty = 'inbound_buffer_size' | 'outbound_buffer_size' | 'max_queued_packets' | 'encode_buffer_max_size';

const NUMBERS: readonly (readonly [prefix: string, property: NumberProperty])[] = [
  ['prop.inbound=', 'inbound_buffer_size'],
  ['prop.outbound=', 'outbound_buffer_size'],
  ['prop.maxq=', 'max_queued_packets'],
  ['prop.encode=', 'encode_buffer_max_size'],
];

const numbers: Scenario = {
  records: NUMBERS.flatMap(([prefix]) => recordIds(prefix)),
  play: (stage) => {
    for (const [prefix, property] of NUMBERS) {
      for (const id of recordIds(prefix)) {
        const peer = stage.peer();
        stage.call(id, peer, () => {
          peer[property] = Number(id.slice(prefix.length));
          return peer[property];
        });
      }
    }
  },
};

const heartbeat: Scenario = {
  records: recordIds('prop.heartbeat.'),
  play: (stage) => {
    for (const id of recordIds('prop.heartbeat.')) {
      const peer = stage.peer((fresh) => fresh.set_heartbeat_interval(7));
      const value = Number(id.slice(id.indexOf('(') + 1, -1));
      stage.call(id, peer, () => {
        if (id.startsWith('prop.heartbeat.set')) peer.set_heartbeat_interval(value);
        else peer.heartbeat_interval = value;
        return peer.get_heartbeat_interval();
      });
    }
  },
};

const lists: Scenario = {
  records: ['prop.protocols.strip', 'prop.protocols.copy', 'prop.headers.raw'],
  play: (stage) => {
    const peer = stage.peer();
    stage.call('prop.protocols.strip', peer, () => {
      peer.supported_protocols = [' a ', 'b\t', '', 'a'];
      return peer.supported_protocols;
    });
    stage.call('prop.protocols.copy', peer, () => {
      peer.supported_protocols.push('changed');
      return peer.supported_protocols;
    });
    stage.call('prop.headers.raw', peer, () => {
      peer.handshake_headers = [' X: 1 ', 'bad'];
      return peer.handshake_headers;
    });
  },
};

const POLLED = new Unjudged('counts polls: how many a refusal takes is up to the network');

async function playUrl(stage: Stage, url: string): Promise<void> {
  const peer = stage.peer();
  const asked = `url:${url}`;
  const polled = `url.polled:${url}`;
  stage.quiet();
  const result = peer.connect_to_url(url);
  if (recordIds(asked).includes(asked)) {
    const { notes } = { ...goldenRecord(asked), ...DIFFERENCES[asked] };
    if (notes !== `requested_url=${peer.get_requested_url()}`) {
      throw new Error(`requested_url is ${peer.get_requested_url()}`);
    }
    stage.note(asked, peer, result);
  }
  stage.quiet();
  if (!recordIds(polled).includes(polled)) return;
  await until(() => {
    peer.poll();
    return peer.get_ready_state() === WebSocketPeer.STATE_CLOSED;
  }, `the end of ${url}`);
  stage.note(polled, peer, POLLED);
}

/** One scenario for each URL: where nothing listens, and where nothing can. */
function urlScenarios(): Scenario[] {
  const ids = [...recordIds('url:'), ...recordIds('url.polled:')];
  const urls = [...new Set(ids.map((id) => id.slice(id.indexOf(':') + 1)))];
  return urls.map((url) => ({
    records: ids.filter((id) => id.slice(id.indexOf(':') + 1) === url),
    play: (stage) => playUrl(stage, url),
  }));
}

export const FRESH_SCENARIOS: readonly Scenario[] = [fresh, numbers, heartbeat, lists, ...urlScenarios()];

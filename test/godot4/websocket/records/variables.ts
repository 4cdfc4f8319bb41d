// Records of variables in packets: what get_var makes of them, and how large put_var lets them be.
import { recordIds, type Scenario } from '../../../helpers/game-records.js';
import { frame, OP } from '../../../helpers/raw-peer-frames.js';

const TYPE_NIL = 0;
const TYPE_INT = 2;
/** Header and length of a PackedByteArray. */
const ARRAY_OVERHEAD = 8;

/** A value as the engine's str() and typeof() show it. */
function described(value: unknown): unknown {
  if (value === null) return ['<null>', TYPE_NIL];
  return [String(value), Number.isInteger(value) ? TYPE_INT : typeof value];
}

const PACKETS = recordIds('open.get_var.').map((id) => ({ id, hex: id.slice('open.get_var.'.length) }));

const received: Scenario = {
  records: [...PACKETS.map(({ id }) => id), 'open.get_var_empty', 'open.err_after_get_var'],
  play: async (stage) => {
    const { peer, raw } = await stage.client();
    for (const { id, hex } of PACKETS) {
      raw.send(frame(OP.BINARY, Buffer.from(hex, 'hex')));
      await stage.poll(() => peer.get_available_packet_count() === 1, 'a packet', peer);
      stage.call(id, peer, () => described(peer.get_var()));
    }
    stage.call('open.get_var_empty', peer, () => peer.get_var());
    stage.call('open.err_after_get_var', peer, () => peer.get_packet_error());
  },
};

const sent: Scenario = {
  records: ['open.put_var_1017', 'open.put_var_too_big'],
  play: async (stage) => {
    const { peer } = await stage.client((fresh) => {
      fresh.encode_buffer_max_size = 1024;
    });
    const put = (size: number): number => peer.put_var(new Uint8Array(size));
    if (put(1024 - ARRAY_OVERHEAD) !== 0) throw new Error('the limit itself is refused');
    stage.call('open.put_var_1017', peer, () => put(1024 - ARRAY_OVERHEAD + 1));
    stage.call('open.put_var_too_big', peer, () => put(2000));
  },
};

const closed: Scenario = {
  records: ['put_var.too_big_closed'],
  play: (stage) => {
    const peer = stage.peer((fresh) => {
      fresh.encode_buffer_max_size = 1024;
    });
    stage.call('put_var.too_big_closed', peer, () => peer.put_var(new Uint8Array(2000)));
  },
};

export const VARIABLE_SCENARIOS: readonly Scenario[] = [received, sent, closed];

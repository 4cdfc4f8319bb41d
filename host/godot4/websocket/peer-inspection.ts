// What console.log shows of a WebSocketPeer. Not in pages, whose consoles show objects in their own way.
import { type Failure, withoutSecrets } from '../../binding/error-handler.js';
import { defineInspection } from '../../binding/inspection.js';

/** The methods of a WebSocketPeer in use here. */
interface Peer {
  get_class(): string;
  get_ready_state(): number;
  get_requested_url(): string;
  get_available_packet_count(): number;
  get_current_outbound_buffered_amount(): number;
  get_close_code(): number;
  get_failure(): Failure | null;
}

const STATE_NAMES = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'];

/** Makes peers with this prototype show their state. */
export function inspectable(prototype: Peer): void {
  defineInspection(prototype, (peer) => ({
    state: STATE_NAMES[peer.get_ready_state()],
    url: withoutSecrets(peer.get_requested_url()),
    available_packets: peer.get_available_packet_count(),
    unsent_bytes: peer.get_current_outbound_buffered_amount(),
    close_code: peer.get_close_code(),
    failure: peer.get_failure(),
  }));
}

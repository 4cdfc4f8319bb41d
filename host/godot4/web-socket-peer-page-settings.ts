// The properties of WebSocketPeer that count in pages only. They are there on Node too, so that one code sets them.
import type { int32 } from '../binding/types.js';
import { SETTINGS } from '../protocol/connection-settings.js';
import { WebSocketPeerSettings } from './web-socket-peer-settings.js';

/** @internal */
export abstract class WebSocketPeerPageSettings extends WebSocketPeerSettings {
  /**
   * Page: most bytes of packets that may wait, from their arrival until the game takes them; 16777216 unless set, or as
   * many as `inbound_buffer_size` says where that is more.
   *
   * A browser can't make the sender wait while a page is hidden or busy and does not poll. What comes beyond this closes
   * the connection with 1009, and a message tells. Takes effect at once.
   *
   * **Note:** without effect where sockets are: there reading stops, and TCP makes the sender wait.
   *
   * @addition
   */
  get max_unpolled_bytes(): int32 {
    return this[SETTINGS].maxUnpolledBytes;
  }
  set max_unpolled_bytes(bytes: int32) {
    this.set_max_unpolled_bytes(bytes);
  }
  get_max_unpolled_bytes(): int32 {
    return this[SETTINGS].maxUnpolledBytes;
  }
  set_max_unpolled_bytes(bytes: int32): void {
    this.setUnpolled('max_unpolled_bytes', 'maxUnpolledBytes', bytes);
  }

  /**
   * Page: most packets that may wait, from their arrival until the game takes them; 65536 unless set, or as many as
   * `max_queued_packets` says where that is more.
   *
   * As `max_unpolled_bytes`: what comes beyond this closes the connection with 1009. Takes effect at once.
   *
   * **Note:** without effect where sockets are: there reading stops, and TCP makes the sender wait.
   *
   * @addition
   */
  get max_unpolled_packets(): int32 {
    return this[SETTINGS].maxUnpolledPackets;
  }
  set max_unpolled_packets(packets: int32) {
    this.set_max_unpolled_packets(packets);
  }
  get_max_unpolled_packets(): int32 {
    return this[SETTINGS].maxUnpolledPackets;
  }
  set_max_unpolled_packets(packets: int32): void {
    this.setUnpolled('max_unpolled_packets', 'maxUnpolledPackets', packets);
  }
}

// One connection of the arena: reads what its player sends, within limits, and passes on what the room tells. A player
// who sends too much or nonsense is disconnected; one who reads too slowly gets fewer snapshots.
import { WebSocketPeer } from 'websocketpeer';
import { decodePing, decodeStick, decodeWords, isWords } from '../shared/packets.mjs';
import { Bucket, CHAT_LENGTH, NAME_LENGTH, PACKETS_AT_ONCE, tidy } from './limits.mjs';

const POLICY_VIOLATION = 1008;
/** No snapshot is sent while this much has not left: the next one replaces it. */
const SNAPSHOT_MARK = 16 * 1024;
/** Frames of a page, pings and words: a page that plays well sends half of it. */
const PACKETS_PER_SECOND = 80;
const NONSENSE_ALLOWED = 8;

export class Visitor {
  #peer;
  #hub;
  #packets = new Bucket(PACKETS_AT_ONCE, PACKETS_PER_SECOND);
  #lines = new Bucket(4, 0.8);
  #names = new Bucket(4, 0.2);
  #nonsense = 0;

  /** Of its player; 0 until it has said hello. */
  id = 0;
  name = '';
  isBot = false;

  /** `hub`: `hello(visitor)`, `stick(visitor, stick)`, `chat(visitor, text)`, `renamed(visitor)`, `gone(visitor)`. */
  constructor(peer, hub) {
    this.#peer = peer;
    this.#hub = hub;
  }

  /** Counts for the figures. */
  counts = { received: 0, sent: 0, bytesSent: 0, skipped: 0 };

  get peer() {
    return this.#peer;
  }

  get isOpen() {
    return this.#peer.get_ready_state() === WebSocketPeer.STATE_OPEN;
  }

  get isGone() {
    return this.#peer.get_ready_state() === WebSocketPeer.STATE_CLOSED;
  }

  close(code, reason) {
    this.#peer.close(code, reason);
    this.look(performance.now());
  }

  look(now) {
    this.#peer.poll();
    while (this.isOpen && this.#peer.get_available_packet_count() > 0) {
      const packet = this.#peer.get_packet();
      this.counts.received += 1;
      if (!this.#packets.take(now)) return this.close(POLICY_VIOLATION, 'too many packets');
      if (isWords(packet, this.#peer.was_string_packet())) this.#hear(decodeWords(packet), now);
      else this.#take(packet);
      if (this.#nonsense > NONSENSE_ALLOWED) return this.close(POLICY_VIOLATION, 'packets that make no sense');
    }
    if (this.isGone) this.#hub.gone(this);
  }

  tell(words) {
    if (!this.isOpen) return;
    const text = JSON.stringify(words);
    this.#count(this.#peer.send_text(text), text.length);
  }

  /** A snapshot, unless earlier ones still wait. */
  show(bytes) {
    if (!this.isOpen || this.id === 0) return;
    if (this.#peer.get_current_outbound_buffered_amount() > SNAPSHOT_MARK) this.counts.skipped += 1;
    else this.#count(this.#peer.send(bytes), bytes.length);
  }

  #count(error, size) {
    if (error !== 0) return;
    this.counts.sent += 1;
    this.counts.bytesSent += size;
  }

  #take(packet) {
    if (decodePing(packet) !== null) {
      // Behind a player who does not read, answers would only pile up.
      if (this.#peer.get_current_outbound_buffered_amount() <= SNAPSHOT_MARK)
        this.#count(this.#peer.send(packet), packet.length);
      return;
    }
    const stick = decodeStick(packet);
    if (stick === null) this.#nonsense += 1;
    else if (this.id !== 0) this.#hub.stick(this, stick);
  }

  #hear(words, now) {
    if (words?.kind === 'hello' && this.id === 0) {
      this.name = tidy(words.name, NAME_LENGTH);
      this.isBot = words.isBot === true;
      this.#hub.hello(this);
    } else if (words?.kind === 'chat' && this.id !== 0) {
      this.#chat(tidy(words.text, CHAT_LENGTH), now);
    } else if (words?.kind === 'name' && this.id !== 0) {
      this.#rename(tidy(words.name, NAME_LENGTH), now);
    } else {
      this.#nonsense += 1;
    }
  }

  #chat(text, now) {
    if (text === '') return;
    if (this.#lines.take(now)) this.#hub.chat(this, text);
    else this.tell({ kind: 'note', text: 'Slower, please: that line was not passed on.' });
  }

  #rename(name, now) {
    if (name === '' || name === this.name) return;
    if (!this.#names.take(now)) return this.tell({ kind: 'note', text: 'You have just changed your name.' });
    this.name = name;
    this.#hub.renamed(this);
  }
}

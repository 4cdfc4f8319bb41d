// What the engines' examples have in common: a point that every player sees at the same place, and moves by a tap. The
// engine's adapter polls the socket; this takes what arrived, sends the taps, and writes the line at the top.
import { WebSocketPeer } from 'websocketpeer';

const address = new URLSearchParams(location.search).get('server') ?? `ws://${location.hostname}:9082`;
const STATES = ['connecting', 'connected', 'closing', 'closed'];

export class SharedPoint {
  socket = new WebSocketPeer();
  /** Fractions of the window, from its left and its top edge. */
  x = 0.5;
  y = 0.5;
  #packets = 0;
  #status = document.querySelector('#status');

  constructor() {
    this.socket.connect_to_url(address);
    addEventListener('pointerdown', ({ target, clientX, clientY }) => {
      if (target instanceof HTMLCanvasElement) this.#send(clientX / innerWidth, clientY / innerHeight);
    });
  }

  /** Once per frame, in the game's own code: the adapter has polled before. */
  update() {
    const { socket } = this;
    while (socket.get_available_packet_count() > 0) {
      const [x, y] = new TextDecoder().decode(socket.get_packet()).split(' ').map(Number);
      this.x = x;
      this.y = y;
      this.#packets += 1;
    }
    this.#show(STATES[socket.get_ready_state()]);
  }

  /** Runs `destroy` when the player leaves; the adapter then closes the socket. */
  onLeave(destroy) {
    document.querySelector('#leave').addEventListener(
      'click',
      () => {
        destroy();
        this.#show('left');
      },
      { once: true },
    );
  }

  #send(x, y) {
    if (this.socket.get_ready_state() === WebSocketPeer.STATE_OPEN) this.socket.send_text(`${x} ${y}`);
  }

  #show(state) {
    const percent = [this.x, this.y].map((part) => `${Math.round(part * 100)} %`);
    this.#status.textContent = `${state}, ${this.#packets} packets, point at ${percent.join(', ')}`;
  }
}

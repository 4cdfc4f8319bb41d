// Hands: keys and mouse, or two thumbs. `stick()` tells what they do now; nothing here knows of the network.
const KEYS = {
  KeyW: [0, -1],
  ArrowUp: [0, -1],
  KeyS: [0, 1],
  ArrowDown: [0, 1],
  KeyA: [-1, 0],
  ArrowLeft: [-1, 0],
  KeyD: [1, 0],
  ArrowRight: [1, 0],
};
const THROW = 46;
/** How far the mark's knob goes, so that it stays within its ring. */
const KNOB = 32;
/** A thumb this far from where it lay down shoots. */
const FIRE_AT = 0.35;

export class Controls {
  #held = new Set();
  #pointer = { x: 0, y: 0, isDown: false, wasUsed: false };
  /** Thumbs by pointer id. */
  #thumbs = new Map();
  #aim = 0;
  #marks;

  /** `marks`: the elements that show the two thumbs, `{ move, aim }`. */
  constructor(field, marks) {
    this.#marks = marks;
    addEventListener('keydown', (event) => {
      if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
      this.#held.add(event.code);
      if (event.code in KEYS || event.code === 'Space') event.preventDefault();
    });
    addEventListener('keyup', ({ code }) => this.#held.delete(code));
    addEventListener('blur', () => this.release());
    field.addEventListener('contextmenu', (event) => event.preventDefault());
    field.addEventListener('pointerdown', (event) => this.#down(event, field));
    field.addEventListener('pointermove', (event) => this.#move(event));
    for (const name of ['pointerup', 'pointercancel']) field.addEventListener(name, (event) => this.#up(event));
  }

  /** Lets go of everything. */
  release() {
    this.#held.clear();
    this.#pointer.isDown = false;
    for (const { kind } of this.#thumbs.values()) this.#marks[kind].classList.remove('on');
    this.#thumbs.clear();
  }

  /** `{ x, y, aim, fire }`; `self`: where this page's player is on the screen. */
  stick(self) {
    let [x, y] = [0, 0];
    for (const code of this.#held) {
      x += KEYS[code]?.[0] ?? 0;
      y += KEYS[code]?.[1] ?? 0;
    }
    let fire = this.#pointer.isDown || this.#held.has('Space');
    let isAimed = this.#pointer.wasUsed && this.#thumbs.size === 0;
    if (isAimed) this.#aim = Math.atan2(this.#pointer.y - self.y, this.#pointer.x - self.x);
    for (const thumb of this.#thumbs.values()) {
      if (thumb.kind === 'move') {
        x += thumb.x;
        y += thumb.y;
      } else if (Math.hypot(thumb.x, thumb.y) > FIRE_AT) {
        this.#aim = Math.atan2(thumb.y, thumb.x);
        isAimed = fire = true;
      }
    }
    const length = Math.max(1, Math.hypot(x, y));
    if (!isAimed && !fire && (x !== 0 || y !== 0)) this.#aim = Math.atan2(y, x);
    return { x: x / length, y: y / length, aim: this.#aim, fire };
  }

  #down(event, field) {
    document.activeElement?.blur?.();
    field.setPointerCapture(event.pointerId);
    if (event.pointerType === 'mouse') {
      this.#point(event);
      this.#pointer.isDown = event.button === 0;
      return;
    }
    this.#pointer.wasUsed = false;
    const kind = event.clientX < innerWidth / 2 ? 'move' : 'aim';
    if ([...this.#thumbs.values()].some((thumb) => thumb.kind === kind)) return;
    const thumb = { kind, fromX: event.clientX, fromY: event.clientY, x: 0, y: 0 };
    this.#thumbs.set(event.pointerId, thumb);
    this.#mark(thumb);
  }

  #move(event) {
    if (event.pointerType === 'mouse') return this.#point(event);
    const thumb = this.#thumbs.get(event.pointerId);
    if (thumb === undefined) return;
    const [x, y] = [(event.clientX - thumb.fromX) / THROW, (event.clientY - thumb.fromY) / THROW];
    const length = Math.max(1, Math.hypot(x, y));
    thumb.x = x / length;
    thumb.y = y / length;
    this.#mark(thumb);
  }

  #up(event) {
    if (event.pointerType === 'mouse') this.#pointer.isDown = false;
    const thumb = this.#thumbs.get(event.pointerId);
    if (thumb === undefined) return;
    this.#thumbs.delete(event.pointerId);
    this.#marks[thumb.kind].classList.remove('on');
  }

  #point({ clientX, clientY }) {
    this.#pointer.x = clientX;
    this.#pointer.y = clientY;
    this.#pointer.wasUsed = true;
  }

  #mark({ kind, fromX, fromY, x, y }) {
    const mark = this.#marks[kind];
    mark.classList.add('on');
    mark.style.left = `${fromX}px`;
    mark.style.top = `${fromY}px`;
    mark.style.setProperty('--x', `${x * KNOB}px`);
    mark.style.setProperty('--y', `${y * KNOB}px`);
  }
}

// The picture: floor, pillars, players, shots and sparks on a canvas, seen by a camera that follows one player.
import { HEALTH, HEIGHT, PILLARS, PLAYER_RADIUS, SHOT_RADIUS, WIDTH } from './shared/rules.mjs';

const TURN = 2 * Math.PI;
/** The shorter side of the screen shows at least this many units. */
const VIEW = 700;
const GRID = 80;
const FOLLOW = 8;
/** Pixels of the painted ground for one unit, and units that it has around the arena for the border. */
const GROUND_SCALE = 1.5;
const GROUND_MARGIN = 4;

/** A player's colour, so that neighbours by id look different. */
export const colorOf = (id, light = 66) => `hsl(${(id * 137.5 + 100) % 360} 85% ${light}%)`;

export class Picture {
  #canvas;
  #context;
  #ground = paintGround();
  #camera = { x: WIDTH / 2, y: HEIGHT / 2, scale: 1 };
  #size = { width: 0, height: 0 };
  #sparks = [];

  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
    addEventListener('resize', () => this.#fit());
    this.#fit();
  }

  #fit() {
    const dense = Math.min(devicePixelRatio || 1, 2);
    this.#size = { width: innerWidth, height: innerHeight };
    this.#canvas.width = Math.round(innerWidth * dense);
    this.#canvas.height = Math.round(innerHeight * dense);
    this.#context.setTransform(dense, 0, 0, dense, 0, 0);
    const { width, height } = this.#size;
    this.#camera.scale = Math.max(Math.min(width, height) / VIEW, Math.min(width / WIDTH, height / HEIGHT) * 0.94);
  }

  /** Where a point of the arena is on the screen. */
  toScreen({ x, y }) {
    const camera = this.#camera;
    return {
      x: (x - camera.x) * camera.scale + this.#size.width / 2,
      y: (y - camera.y) * camera.scale + this.#size.height / 2,
    };
  }

  get camera() {
    return this.#camera;
  }

  /** Sparks fly from a point: a hit or a farewell. */
  burst({ x, y }, color, count) {
    for (let index = 0; index < count; index += 1) {
      const angle = Math.random() * TURN;
      const speed = 60 + Math.random() * 260;
      this.#sparks.push({ x, y, dx: Math.cos(angle) * speed, dy: Math.sin(angle) * speed, life: 1, color });
    }
    if (this.#sparks.length > 400) this.#sparks.splice(0, this.#sparks.length - 400);
  }

  /** One frame. `seen`: `{ players, shots }`; `focus`: what the camera follows, or null for the middle. */
  draw(seen, { self, names, focus, seconds }) {
    this.#follow(focus ?? { x: WIDTH / 2, y: HEIGHT / 2 }, seconds);
    const { width, height } = this.#size;
    const context = this.#context;
    context.fillStyle = '#070a15';
    context.fillRect(0, 0, width, height);
    context.save();
    context.translate(width / 2, height / 2);
    context.scale(this.#camera.scale, this.#camera.scale);
    context.translate(-this.#camera.x, -this.#camera.y);
    context.drawImage(
      this.#ground,
      -GROUND_MARGIN,
      -GROUND_MARGIN,
      WIDTH + 2 * GROUND_MARGIN,
      HEIGHT + 2 * GROUND_MARGIN,
    );
    for (const shot of seen.shots) this.#shot(shot);
    for (const player of seen.players) if (player.health > 0) this.#player(player, player.id === self);
    this.#flySparks(seconds);
    for (const player of seen.players) if (player.health > 0) this.#name(player, names.get(player.id)?.name ?? '');
    context.restore();
  }

  #follow(focus, seconds) {
    const camera = this.#camera;
    const share = 1 - Math.exp(-FOLLOW * seconds);
    const halfWidth = this.#size.width / 2 / camera.scale;
    const halfHeight = this.#size.height / 2 / camera.scale;
    camera.x += (inside(focus.x, halfWidth, WIDTH) - camera.x) * share;
    camera.y += (inside(focus.y, halfHeight, HEIGHT) - camera.y) * share;
  }

  #shot({ x, y, owner }) {
    const context = this.#context;
    const color = colorOf(owner, 72);
    context.globalAlpha = 0.25;
    disc(context, x, y, SHOT_RADIUS * 2.4, color);
    context.globalAlpha = 1;
    disc(context, x, y, SHOT_RADIUS, color);
    disc(context, x, y, SHOT_RADIUS * 0.5, '#fff');
  }

  #player({ id, x, y, aim, health, isShielded }, isSelf) {
    const context = this.#context;
    const color = colorOf(id);
    disc(context, x + 3, y + 7, PLAYER_RADIUS, 'rgb(0 0 0 / 0.35)');
    context.strokeStyle = colorOf(id, 48);
    context.lineWidth = 13;
    context.lineCap = 'round';
    context.beginPath();
    line(context, x + Math.cos(aim) * 10, y + Math.sin(aim) * 10, x + Math.cos(aim) * 36, y + Math.sin(aim) * 36);
    context.stroke();
    disc(context, x, y, PLAYER_RADIUS, color);
    disc(context, x - 5, y - 6, PLAYER_RADIUS * 0.5, 'rgb(255 255 255 / 0.22)');
    if (isSelf) ring(context, x, y, PLAYER_RADIUS + 1, 0, TURN, '#fff', 3);
    for (let part = 0; part < HEALTH; part += 1) {
      const from = -Math.PI / 2 + (part * TURN) / HEALTH + 0.14;
      const strength = part < health ? color : 'rgb(255 255 255 / 0.12)';
      ring(context, x, y, PLAYER_RADIUS + 9, from, from + TURN / HEALTH - 0.28, strength, 4);
    }
    if (isShielded) disc(context, x, y, PLAYER_RADIUS + 15, 'rgb(170 210 255 / 0.16)');
  }

  #name({ x, y }, name) {
    const context = this.#context;
    context.font = '600 16px system-ui, sans-serif';
    context.textAlign = 'center';
    context.lineWidth = 4;
    context.strokeStyle = 'rgb(5 8 20 / 0.7)';
    context.strokeText(name, x, y - PLAYER_RADIUS - 19);
    context.fillStyle = '#e8ecff';
    context.fillText(name, x, y - PLAYER_RADIUS - 19);
  }

  #flySparks(seconds) {
    const context = this.#context;
    this.#sparks = this.#sparks.filter((spark) => {
      spark.life -= seconds * 1.9;
      spark.x += spark.dx * seconds;
      spark.y += spark.dy * seconds;
      return spark.life > 0;
    });
    for (const { x, y, life, color } of this.#sparks) {
      context.globalAlpha = life;
      disc(context, x, y, 2 + 4 * life, color);
    }
    context.globalAlpha = 1;
  }
}

/** What never changes is painted once: gradients over the whole screen in each frame are too much for a phone. */
function paintGround() {
  const canvas = document.createElement('canvas');
  canvas.width = (WIDTH + 2 * GROUND_MARGIN) * GROUND_SCALE;
  canvas.height = (HEIGHT + 2 * GROUND_MARGIN) * GROUND_SCALE;
  const context = canvas.getContext('2d');
  context.scale(GROUND_SCALE, GROUND_SCALE);
  context.translate(GROUND_MARGIN, GROUND_MARGIN);
  paintFloor(context);
  for (const pillar of PILLARS) paintPillar(context, pillar);
  return canvas;
}

function paintFloor(context) {
  const glow = context.createRadialGradient(WIDTH / 2, HEIGHT / 2, 100, WIDTH / 2, HEIGHT / 2, WIDTH * 0.62);
  glow.addColorStop(0, '#1a2350');
  glow.addColorStop(1, '#0c1128');
  context.fillStyle = glow;
  context.beginPath();
  context.roundRect(0, 0, WIDTH, HEIGHT, 18);
  context.fill();
  context.strokeStyle = 'rgb(130 150 230 / 0.10)';
  context.lineWidth = 1.5;
  context.beginPath();
  for (let x = GRID; x < WIDTH; x += GRID) line(context, x, 0, x, HEIGHT);
  for (let y = GRID; y < HEIGHT; y += GRID) line(context, 0, y, WIDTH, y);
  context.stroke();
  context.strokeStyle = 'rgb(122 168 255 / 0.55)';
  context.lineWidth = 5;
  context.beginPath();
  context.roundRect(0, 0, WIDTH, HEIGHT, 18);
  context.stroke();
}

function paintPillar(context, { x, y, radius }) {
  const body = context.createRadialGradient(x - radius * 0.35, y - radius * 0.4, radius * 0.1, x, y, radius);
  body.addColorStop(0, '#4a5796');
  body.addColorStop(1, '#222b57');
  disc(context, x + 6, y + 12, radius, 'rgb(0 0 0 / 0.35)');
  disc(context, x, y, radius, body);
  context.strokeStyle = 'rgb(150 170 255 / 0.45)';
  context.lineWidth = 3;
  context.stroke();
}

/** A middle for the camera that shows no more than the border of what is outside. */
function inside(value, half, size) {
  const border = 40;
  if (half * 2 >= size + 2 * border) return size / 2;
  return Math.min(size + border - half, Math.max(half - border, value));
}

function line(context, fromX, fromY, toX, toY) {
  context.moveTo(fromX, fromY);
  context.lineTo(toX, toY);
}

function disc(context, x, y, radius, fill) {
  context.beginPath();
  context.arc(x, y, radius, 0, TURN);
  context.fillStyle = fill;
  context.fill();
}

function ring(context, x, y, radius, from, to, stroke, width) {
  context.beginPath();
  context.arc(x, y, radius, from, to);
  context.strokeStyle = stroke;
  context.lineWidth = width;
  context.stroke();
}

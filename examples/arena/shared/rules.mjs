// The rules of the arena that the server decides by and the page and the bots predict by: sizes, speeds, what stops whom.
// No state, no I/O: the same file runs in Node and in pages.

/** Of the arena, in its own units; a player is 44 wide. */
export const WIDTH = 1600;
export const HEIGHT = 1000;
export const TICKS_PER_SECOND = 30;
export const TICK_MS = 1000 / TICKS_PER_SECOND;

export const PLAYER_RADIUS = 22;
/** Units per second. */
export const PLAYER_SPEED = 270;
export const HEALTH = 3;
export const RESPAWN_TICKS = 2 * TICKS_PER_SECOND;
/** Who has just come can't be hurt for this long, unless they shoot. */
export const SHIELD_TICKS = 1.5 * TICKS_PER_SECOND;

export const SHOT_RADIUS = 6;
export const SHOT_SPEED = 640;
export const SHOT_TICKS = TICKS_PER_SECOND;
export const RELOAD_TICKS = 8;

/** Round pillars: they stop players and shots. */
export const PILLARS = [
  { x: 800, y: 500, radius: 92 },
  { x: 400, y: 270, radius: 56 },
  { x: 1200, y: 270, radius: 56 },
  { x: 400, y: 730, radius: 56 },
  { x: 1200, y: 730, radius: 56 },
];

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** Moves `body` ({x, y}) for `seconds` by a stick (each axis -1 to 1), and keeps it in the arena and out of pillars. */
export function move(body, stickX, stickY, seconds) {
  const length = Math.max(1, Math.hypot(stickX, stickY));
  body.x += (stickX / length) * PLAYER_SPEED * seconds;
  body.y += (stickY / length) * PLAYER_SPEED * seconds;
  for (const pillar of PILLARS) pushOut(body, pillar);
  body.x = clamp(body.x, PLAYER_RADIUS, WIDTH - PLAYER_RADIUS);
  body.y = clamp(body.y, PLAYER_RADIUS, HEIGHT - PLAYER_RADIUS);
}

function pushOut(body, { x, y, radius }) {
  const reach = radius + PLAYER_RADIUS;
  const distance = Math.hypot(body.x - x, body.y - y);
  if (distance >= reach) return;
  const [awayX, awayY] = distance === 0 ? [1, 0] : [(body.x - x) / distance, (body.y - y) / distance];
  body.x = x + awayX * reach;
  body.y = y + awayY * reach;
}

/** Whether a shot can't be at this point: outside, or in a pillar. */
export function stopsShot(x, y) {
  if (x < 0 || y < 0 || x > WIDTH || y > HEIGHT) return true;
  return PILLARS.some((pillar) => Math.hypot(x - pillar.x, y - pillar.y) < pillar.radius + SHOT_RADIUS);
}

/** How near the segment from a to b comes to c: a shot is faster than a player is wide. */
export function segmentDistance(a, b, c) {
  const alongX = b.x - a.x;
  const alongY = b.y - a.y;
  const squared = alongX * alongX + alongY * alongY;
  const share = squared === 0 ? 0 : clamp(((c.x - a.x) * alongX + (c.y - a.y) * alongY) / squared, 0, 1);
  return Math.hypot(a.x + alongX * share - c.x, a.y + alongY * share - c.y);
}

// The page: joins the arena it was served by, and draws it. The game loop is `frame`; the socket is polled first.
import { WebSocketPeer } from 'websocketpeer';
import { Controls } from './controls.mjs';
import { colorOf, Picture } from './draw.mjs';
import { Hud } from './hud.mjs';
import { Prediction } from './prediction.mjs';
import { ArenaClient } from './shared/arena-client.mjs';
import { Timeline } from './timeline.mjs';

const NAME_KEY = 'arena-name';
const REJOIN_MS = 1500;
const STILL = { x: 0, y: 0, aim: 0, fire: false };

const element = (id) => document.getElementById(id);
/** Servers of one process have this room alone; `npm start -- --processes N` has as many as are asked for. */
const room = new URLSearchParams(location.search).get('room') || 'arena';
const url = new URL(`./${encodeURIComponent(room)}`, location.href);
url.protocol = url.protocol.replace('http', 'ws');
url.search = url.hash = '';

const client = new ArenaClient();
const picture = new Picture(element('field'));
const controls = new Controls(element('field'), { move: element('stick-move'), aim: element('stick-aim') });
const hud = new Hud((text) => client.say(text));
const timeline = new Timeline();
const prediction = new Prediction();
let name = '';
let isPlaying = false;
let rejoinAt = 0;
let previous = null;
let lastFrame = performance.now();

client.onSnapshot = (snapshot, now) => {
  sparksOf(previous, snapshot);
  previous = snapshot;
  timeline.add(snapshot, now);
  prediction.correct(snapshot.players.get(client.id));
};
client.onWords = (words) => {
  if (words.kind === 'chat') hud.line(words.text, words);
  if (words.kind === 'note') hud.line(words.text);
  // Who tags whom elsewhere is for the scores; here it would push the chat away.
  if (words.kind === 'tag' && (words.by === client.id || words.whom === client.id))
    hud.line(`${nameOf(words.by)} tagged ${nameOf(words.whom)}`);
};

function nameOf(id) {
  return id === client.id ? 'you' : (client.names.get(id)?.name ?? 'somebody');
}

function sparksOf(before, after) {
  for (const player of before?.players.values() ?? []) {
    const lost = player.health - (after.players.get(player.id)?.health ?? 0);
    if (lost > 0) picture.burst(player, colorOf(player.id, 74), lost === player.health ? 40 : 10);
  }
}

function join() {
  timeline.clear();
  prediction.correct(undefined);
  previous = null;
  client.join(url.href, { name });
}

function frame(now) {
  requestAnimationFrame(frame);
  const seconds = Math.min(0.25, Math.max(0, now - lastFrame) / 1000);
  lastFrame = now;
  client.process(performance.now());
  if (isPlaying && client.state === WebSocketPeer.STATE_CLOSED && now >= rejoinAt) {
    rejoinAt = now + REJOIN_MS;
    join();
  }
  const seen = timeline.at(performance.now());
  const focus = showSelf(seen, seconds);
  picture.draw(seen, { self: client.id, names: client.names, focus, seconds });
  hud.figures(client);
  hud.scores(client);
  hud.notice(noticeOf());
}

/** Steers, and puts this page's own player where it is by now. */
function showSelf(seen, seconds) {
  const own = seen.players.find(({ id }) => id === client.id);
  const stick = isPlaying ? controls.stick(picture.toScreen(own ?? picture.camera)) : STILL;
  client.steer(stick);
  const body = prediction.step(stick, seconds, client.roundTrip ?? 0);
  if (own === undefined || body === null) return null;
  own.x = body.x;
  own.y = body.y;
  own.aim = stick.aim;
  return own;
}

function noticeOf() {
  if (!isPlaying) return '';
  if (client.state !== WebSocketPeer.STATE_OPEN) {
    const { code, reason } = client.closing;
    return code > 0 ? `${reason || `closed with ${code}`} – joining again …` : 'joining …';
  }
  return client.snapshot?.players.get(client.id)?.health === 0 ? 'Tagged! Back in a moment …' : '';
}

element('name').value = remembered();
element('join').addEventListener('submit', (event) => {
  event.preventDefault();
  name = element('name').value.trim();
  remember(name);
  element('join').hidden = true;
  element('name').blur();
  isPlaying = true;
  join();
});
// Where a page may keep nothing (private windows, embedded pages), it asks again the next time.
function remembered() {
  try {
    return localStorage.getItem(NAME_KEY) ?? '';
  } catch {
    return '';
  }
}
function remember(text) {
  try {
    localStorage.setItem(NAME_KEY, text);
  } catch {}
}
addEventListener('pagehide', () => client.leave());
requestAnimationFrame(frame);

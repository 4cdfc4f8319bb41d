// What lies over the picture: figures, scores, chat, notices. Names and lines of others are only ever set as text.
import { colorOf } from './draw.mjs';

const LINES = 7;
const BEST = 6;

const element = (id) => document.getElementById(id);

export class Hud {
  #scores = '';

  /** Which `say(text)` is called for a line of this player. */
  constructor(say) {
    element('say').addEventListener('submit', (event) => {
      event.preventDefault();
      const text = element('line').value.trim();
      if (text !== '') say(text);
      element('line').value = '';
      element('line').blur();
    });
    element('chat').addEventListener('click', () => element('line').focus());
    addEventListener('keydown', (event) => {
      const isTyping = event.target instanceof HTMLInputElement;
      if (event.key === 'Enter' && !isTyping && element('join').hidden) {
        event.preventDefault();
        element('line').focus();
      }
      if (event.key === 'Escape' && isTyping) event.target.blur();
    });
  }

  figures(client) {
    element('players').textContent = String(client.names.size);
    const { roundTrip, rates } = client;
    element('trip').textContent = roundTrip === null ? '–' : roundTrip.toFixed(roundTrip < 10 ? 1 : 0);
    element('rate').textContent = `${rates.sent} / ${rates.received}`;
  }

  scores(client) {
    const players = [...(client.snapshot?.players.values() ?? [])].sort((a, b) => b.score - a.score || a.id - b.id);
    const shown = players.filter(({ id }, rank) => rank < BEST || id === client.id);
    const key = JSON.stringify(shown.map(({ id, score }) => [id, score, client.names.get(id), id === client.id]));
    if (key === this.#scores) return;
    this.#scores = key;
    element('scores').replaceChildren(...shown.map((player) => scoreRow(player, client)));
  }

  line(text, { id = 0, name = '' } = {}) {
    const item = document.createElement('li');
    if (id === 0) item.className = 'note';
    else {
      const who = document.createElement('b');
      who.textContent = `${name}: `;
      who.style.color = colorOf(id, 74);
      item.append(who);
    }
    item.append(text);
    element('lines').append(item);
    while (element('lines').children.length > LINES) element('lines').firstChild.remove();
  }

  notice(text) {
    if (element('notice').textContent !== text) element('notice').textContent = text;
  }
}

function scoreRow({ id, score }, client) {
  const row = document.createElement('li');
  if (id === client.id) row.className = 'self';
  const dot = document.createElement('i');
  dot.style.background = colorOf(id);
  const name = document.createElement('span');
  const { name: text = '', isBot = false } = client.names.get(id) ?? {};
  name.textContent = text;
  if (isBot) {
    const mark = document.createElement('small');
    mark.textContent = ' bot';
    name.append(mark);
  }
  const points = document.createElement('b');
  points.textContent = String(score);
  row.append(dot, name, points);
  return row;
}

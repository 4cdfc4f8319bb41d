// The bench page: measures each case, shows it as bars, and gives the numbers as JSON.
import { backend } from 'websocketpeer/codec';
import { GROUPS, SIDES } from './cases.mjs';
import { ROUNDS, speedsOf, timesOver } from './measure.mjs';

const element = (id) => document.getElementById(id);
const make = (tag, className, text = '') =>
  Object.assign(document.createElement(tag), { className, textContent: text });
let results = [];
/** Ends the measurement under way. */
let stopping = new AbortController();

function tell(text) {
  element('status').textContent = text;
}

/** Shows whether a measurement is under way, and which buttons may be used. */
function enter(state) {
  document.body.dataset.state = state;
  const isBusy = state === 'measuring';
  element('again').disabled = isBusy;
  element('stop').disabled = !isBusy;
  element('copy').disabled = isBusy || results.length === 0;
  element('progress').hidden = !isBusy;
}

async function measureAll(signal) {
  results = [];
  enter('measuring');
  const groups = GROUPS.map((group) => ({
    ...group,
    rows: group.cases().map((each) => ({ each, view: caseView(each) })),
  }));
  element('charts').replaceChildren(...groups.map(groupView));
  const all = groups.flatMap(({ rows }) => rows);
  const turns = all.reduce((sum, { each }) => sum + Object.keys(each.sides).length * ROUNDS, 0);
  Object.assign(element('progress'), { max: turns, value: 0 });
  for (const { name, rows } of groups) await measureGroup(name, rows, signal);
}

async function measureGroup(name, rows, signal) {
  const done = [];
  const turned = () => {
    element('progress').value += 1;
  };
  for (const { each, view } of rows) {
    tell(`Measuring: ${name.toLowerCase()}, ${each.label} …`);
    if (!each.agree()) throw new Error(`${name}, ${each.label}: the sides do not agree`);
    const speeds = await speedsOf(each.sides, each.bytes, turned, signal);
    const { core, ...others } = speeds;
    const times = timesOver(core, Object.values(others));
    results.push({ group: name, size: each.label, bytesPerSecond: speeds, times });
    done.push({ speeds, times, view });
    showAll(done);
  }
}

function groupView({ name, what, rows }) {
  const section = document.createElement('section');
  section.append(make('h2', '', name), make('p', 'what', what), ...rows.map(({ view }) => view.root));
  return section;
}

function caseView({ label, sides }) {
  const root = make('div', 'case');
  const tracks = Object.keys(sides).map((side) => {
    const track = make('div', `track ${side}`);
    const lane = make('div', 'lane');
    lane.append(make('div', 'bar'), make('div', 'range'));
    track.append(lane, make('span', 'value'));
    return [side, track];
  });
  const times = make('div', 'times');
  const bars = make('div', 'bars');
  bars.append(...tracks.map(([, track]) => track));
  root.append(make('div', 'size', label), bars, times);
  return { root, tracks: Object.fromEntries(tracks), times };
}

/** Bars share one scale within a group, so each new result may shorten the others. */
function showAll(done) {
  const most = Math.max(...done.flatMap(({ speeds }) => Object.values(speeds).map(({ max }) => max)));
  for (const { speeds, times, view } of done) {
    for (const [side, speed] of Object.entries(speeds)) showTrack(view.tracks[side], SIDES[side], speed, most);
    const spread = make('small', '', `${threeDigits(times.min)}–${threeDigits(times.max)}`);
    view.times.replaceChildren(`${threeDigits(times.value)}×`, spread);
    view.times.classList.toggle('less', times.value < 1);
  }
}

function showTrack(track, name, { median, min, max }, most) {
  const [lane, value] = track.children;
  lane.style.setProperty('--share', String(median / most));
  lane.style.setProperty('--from', String(min / most));
  lane.style.setProperty('--to', String(max / most));
  const [size, unit] = median >= 1e9 ? [1e9, 'GB/s'] : [1e6, 'MB/s'];
  const spread = make('small', '', `${threeDigits(min / size)}–${threeDigits(max / size)}`);
  value.replaceChildren(`${threeDigits(median / size)} ${unit}`, spread);
  track.title = `${name}: ${value.firstChild.textContent}`;
}

/** Three significant figures: 0.93, 4.51, 38.2, 640. */
const threeDigits = (value) => value.toFixed(value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2);

function asJson() {
  const date = new Date().toISOString();
  return JSON.stringify({ userAgent: navigator.userAgent, backend, date, rounds: ROUNDS, results }, null, 2);
}

async function copy() {
  try {
    await navigator.clipboard.writeText(asJson());
    tell('Copied.');
  } catch {
    // Pages over plain HTTP may not write to the clipboard: the visitor copies from a field that is selected already.
    const field = Object.assign(document.createElement('textarea'), { value: asJson(), readOnly: true, rows: 12 });
    element('status').replaceChildren(field);
    field.select();
  }
}

async function start() {
  stopping = new AbortController();
  try {
    await measureAll(stopping.signal);
    tell('');
    enter('done');
  } catch (error) {
    tell(stopping.signal.aborted ? 'Stopped.' : String(error.message));
    enter(stopping.signal.aborted ? 'stopped' : 'failed');
  }
}

element('core').textContent =
  `${SIDES.core} (${backend === 'simd' ? 'with vector instructions' : 'without vector instructions'})`;
element('rounds').textContent = String(ROUNDS);
element('again').addEventListener('click', start);
element('stop').addEventListener('click', () => stopping.abort());
element('copy').addEventListener('click', copy);
void start();

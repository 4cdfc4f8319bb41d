// The bench page: measures each case, shows it as two bars, and gives the numbers as JSON.
import { backend } from 'websocketpeer/codec';
import { GROUPS } from './cases.mjs';
import { speedOf } from './measure.mjs';

const element = (id) => document.getElementById(id);
const make = (tag, className, text = '') =>
  Object.assign(document.createElement(tag), { className, textContent: text });
let results = [];

function tell(text) {
  element('status').textContent = text;
}

async function measureAll() {
  document.body.dataset.state = 'measuring';
  element('again').disabled = element('copy').disabled = true;
  results = [];
  const groups = GROUPS.map((group) => ({
    ...group,
    rows: group.cases().map((each) => ({ each, view: caseView(each) })),
  }));
  element('charts').replaceChildren(...groups.map(groupView));
  for (const { name, rows } of groups) {
    const done = [];
    for (const { each, view } of rows) {
      tell(`Measuring ${name.toLowerCase()}, ${each.label} …`);
      if (!each.agree()) throw new Error(`${name}, ${each.label}: the two sides do not agree`);
      const core = await speedOf(each.core, each.bytes);
      const plain = await speedOf(each.plain, each.bytes);
      results.push({ group: name, size: each.label, coreBytesPerSecond: core, plainBytesPerSecond: plain });
      done.push({ core, plain, view });
      showAll(done);
    }
  }
  document.body.dataset.state = 'done';
  element('again').disabled = element('copy').disabled = false;
  tell('');
}

function groupView({ name, what, rows }) {
  const section = document.createElement('section');
  section.append(make('h2', '', name), make('p', 'what', what), ...rows.map(({ view }) => view.root));
  return section;
}

function caseView({ label }) {
  const root = make('div', 'case');
  const tracks = ['core', 'plain'].map((side) => {
    const track = make('div', `track ${side}`);
    track.append(make('div', 'bar'), make('span', ''));
    return track;
  });
  const times = make('div', 'times');
  root.append(make('div', 'size', label), ...tracks, times);
  return { root, tracks, times };
}

/** Bars share one scale within a group, so each new result may shorten the others. */
function showAll(done) {
  const most = Math.max(...done.flatMap(({ core, plain }) => [core, plain]));
  for (const { core, plain, view } of done) {
    for (const [index, speed] of [core, plain].entries()) {
      const [bar, text] = view.tracks[index].children;
      bar.style.setProperty('--share', String(speed / most));
      text.textContent = speedText(speed);
    }
    const factor = core / plain;
    view.times.textContent = `${factor.toFixed(factor < 10 ? 1 : 0)}×`;
    view.times.classList.toggle('less', factor < 1);
  }
}

function speedText(bytesPerSecond) {
  const gigabytes = bytesPerSecond / 1e9;
  return gigabytes >= 1 ? `${gigabytes.toFixed(1)} GB/s` : `${(bytesPerSecond / 1e6).toFixed(0)} MB/s`;
}

function asJson() {
  return JSON.stringify({ userAgent: navigator.userAgent, backend, date: new Date().toISOString(), results }, null, 2);
}

async function copy() {
  try {
    await navigator.clipboard.writeText(asJson());
    tell('Copied.');
  } catch {
    // Pages over plain HTTP may not write to the clipboard: the visitor copies from a field that is selected already.
    const field = Object.assign(document.createElement('textarea'), {
      value: asJson(),
      readOnly: true,
      rows: 12,
      cols: 60,
    });
    element('status').replaceChildren(field);
    field.select();
  }
}

function start() {
  measureAll().catch((error) => {
    document.body.dataset.state = 'failed';
    tell(String(error.message));
    element('again').disabled = false;
  });
}

element('backend').textContent =
  `WebAssembly (${backend === 'simd' ? 'with vector instructions' : 'without vector instructions'})`;
element('again').addEventListener('click', start);
element('copy').addEventListener('click', copy);
start();

// Descriptions of a run as lines of text: software and machine.

/** The software as one line of text. */
export function describeVersions({ versions, backend: build, commit: id }) {
  const software = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${software.join(', ')}; codec: ${build}${id === '' ? '' : `; commit ${id}`}`;
}

/** The machine as one line of text. */
export function describeMachine({ machine }) {
  const { system, processor, cores, memoryGiB, loadAverage } = machine;
  return `${cores} × ${processor}, ${memoryGiB} GiB, ${system}; load average at start ${loadAverage}`;
}

const roundsOf = (count, kind = '') => `${count} ${kind}${count === 1 ? 'round' : 'rounds'}`;

export function describeOptions({ rounds, quick }) {
  return `${roundsOf(rounds)}, contestants taking turns${quick ? ', quick: few cases, short measurements' : ''}`;
}

/** Date, commit and kind of a run. */
export function describeBriefly({ date, commit, options: { rounds, quick } }) {
  const id = commit === '' ? '' : `, commit ${commit}`;
  return `${date.slice(0, 10)}${id}, ${roundsOf(rounds, quick ? 'short ' : '')}`;
}

/** Another run than `main`: its date, commit and kind, and what it was measured with as far as that differs. */
export function describeOther(run, main) {
  const differs = ([name, version]) => version !== main.versions[name];
  const versions = Object.entries(run.versions).filter(differs);
  const { cores, processor } = run.machine;
  const isElsewhere = processor !== main.machine.processor || cores !== main.machine.cores;
  const facts = [...(isElsewhere ? [`${cores} × ${processor}`] : []), ...versions.map((entry) => entry.join(' '))];
  return facts.length === 0 ? describeBriefly(run) : `${describeBriefly(run)}; ${facts.join(', ')}`;
}

/** When and where a run was measured. */
export function describePlace(run) {
  const { cores, processor, memoryGiB, system } = run.machine;
  const place = `${cores} × ${processor}, ${memoryGiB} GiB, ${system.replace(/ .* /, ' ')}`;
  return `Measured ${describeBriefly(run)}: ${place}, Node ${run.versions.Node}`;
}

/** The same with all that took part. */
export function describeRun(run) {
  const others = Object.entries(run.versions).filter(([name]) => name !== 'websocketpeer' && name !== 'Node');
  const versions = others.map(([name, version]) => `${name} ${version.replace(/\.stable.*/, '')}`);
  return `${[describePlace(run), ...versions].join(', ')}.`;
}

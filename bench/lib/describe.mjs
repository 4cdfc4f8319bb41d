// Descriptions of a run as lines of text: software and machine.

/** The software as one line of text. */
export function describeVersions({ versions, backend: build, commit: id }) {
  const software = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${software.join(', ')}; codec: ${build}${id === '' ? '' : `; commit ${id}`}`;
}

/** The machine as one line of text. */
export function describeMachine({ machine }) {
  const { system, processor, cores, memoryGiB, loadAverage } = machine;
  return `${cores} x ${processor}, ${memoryGiB} GiB, ${system}; load average at start ${loadAverage}`;
}

export function describeOptions({ rounds, quick }) {
  return `${rounds} rounds, contestants taking turns${quick ? ', quick: few cases, short measurements' : ''}`;
}

// Where a measurement was made: versions and machine.
import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { backend } from 'websocketpeer/codec';
import { versionsOfContestants } from './contestants.mjs';

export function environment() {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    versions: {
      node: process.versions.node,
      v8: process.versions.v8,
      websocketpeer: version,
      ...versionsOfContestants(),
    },
    backend,
    machine: {
      system: `${platform()} ${release()} ${arch()}`,
      processor: processors[0]?.model ?? 'unknown',
      cores: processors.length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      loadAverage: Number(loadavg()[0].toFixed(2)),
    },
  };
}

/** The same as two lines of text. */
export function describeEnvironment({ versions, backend: build, machine }) {
  const software = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const { system, processor, cores, memoryGiB, loadAverage } = machine;
  return [
    `${software.join(', ')}; codec: ${build}`,
    `${system}, ${cores} x ${processor}, ${memoryGiB} GiB; load average at start ${loadAverage}`,
  ].join('\n');
}

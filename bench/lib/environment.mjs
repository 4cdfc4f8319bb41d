// Environment of a measurement: versions and machine.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { backend } from 'websocketpeer/codec';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The current commit, with a plus when files differ from it; '' outside a checkout. */
function commit() {
  const git = (...args) => spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' }).stdout?.trim() ?? '';
  const id = git('rev-parse', '--short', 'HEAD');
  return id === '' || git('status', '--porcelain') === '' ? id : `${id}+`;
}

export function environment(contestants) {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    commit: commit(),
    versions: { websocketpeer: version, Node: process.versions.node, ...contestants },
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

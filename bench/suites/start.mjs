// Duration of a program that only imports and constructs.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from '../../scripts/lib/median.mjs';
import { loadModule } from '../lib/contestants.mjs';

export const title = 'Import and first construction';
export const unit = 'ms';
export const better = 'lower';
export const about =
  'A process from start to end: an empty module, this package with a first WebSocketPeer, import of ws.';

function timeOf(name, times) {
  const file = fileURLToPath(new URL(`../start/${name}.mjs`, import.meta.url));
  const taken = Array.from({ length: times }, () => {
    const start = performance.now();
    const { status } = spawnSync(process.execPath, [file], { stdio: 'ignore' });
    if (status !== 0) throw new Error(`${name} ended with ${status}`);
    return performance.now() - start;
  });
  return median(taken);
}

export function cases({ quick }) {
  const times = quick ? 2 : 7;
  return [
    {
      label: 'new WebSocketPeer()',
      contestants: {
        websocketpeer: () => timeOf('websocketpeer', times),
        'empty module': () => timeOf('empty', times),
        ...(loadModule('ws') === null ? {} : { ws: () => timeOf('ws', times) }),
      },
      targets: [{ versus: 'empty module', atMostAbove: 10 }],
    },
  ];
}

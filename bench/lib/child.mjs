// The child's side of program.mjs, for servers, clients and load generators in separate processes: one JSON object per
// line on standard input and output; ends with its parent. Runs in Node, Bun and Deno.
import process from 'node:process';

export function tell(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function answer(handlers, line) {
  try {
    const { op, ...job } = JSON.parse(line);
    tell({ ...(await handlers[op](job)) });
  } catch (error) {
    tell({ error: String(error?.message ?? error) });
  }
}

/** Collects garbage first, where the program was started with that option. */
function memory() {
  if (typeof globalThis.Bun === 'object') globalThis.Bun.gc(true);
  else globalThis.gc?.();
  return { rss: process.memoryUsage().rss };
}

/** Answers each request by the handler that its `op` names; `first` is sent before any request. */
export function obey(handlers, first) {
  const all = { memory, ...handlers };
  let rest = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) answer(all, line);
  });
  process.stdin.on('end', () => process.exit());
  tell(first);
}

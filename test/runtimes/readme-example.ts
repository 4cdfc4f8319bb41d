// The first example of README.md as a program: its words, another address, and a frame every few milliseconds until
// the connection is closed.
import { readFileSync } from 'node:fs';
import { ROOT } from './fresh-project.js';

/** What the program prints when the server says three words and why it closes (`/farewell`). */
export const FAREWELL = /Packet:.*\n[\s\S]*Packet:.*\n[\s\S]*Packet:[\s\S]*closed 4002 that is all/;

export function readmeExample(url: string): string {
  const [, example] = /```js\n([\s\S]*?)```/.exec(readFileSync(`${ROOT}README.md`, 'utf8')) ?? [];
  if (!example?.includes('ws://127.0.0.1:9080')) throw new Error('README.md begins with another example');
  return `${example.replace('ws://127.0.0.1:9080', `${url}farewell`)}
const frames = setInterval(() => {
  process();
  if (socket.get_ready_state() === WebSocketPeer.STATE_CLOSED) clearInterval(frames);
}, 5);
`;
}

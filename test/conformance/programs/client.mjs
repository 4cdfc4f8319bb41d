// A client with the WebSocket of a page's API, which plays the cases: RUNTIME client.mjs BASE [PACKAGE]. PACKAGE exports
// the class; without it, it is the runtime's own.
import { runCases } from './echo.mjs';

const [base, name] = globalThis.Deno?.args ?? process.argv.slice(2);
const { WebSocket } = name === undefined ? globalThis : await import(name);

/** No case takes longer. */
const LIFETIME_MS = 20_000;

const dial = (url, echoes) =>
  new Promise((resolve) => {
    const socket = new WebSocket(url);
    let last = '';
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }) => {
      if (echoes) socket.send(data);
      else last = data;
    };
    socket.onerror = () => {};
    // Not every class says so when a connection has ended.
    const timer = setTimeout(resolve, LIFETIME_MS, last);
    socket.onclose = () => {
      clearTimeout(timer);
      resolve(last);
    };
  });

await runCases(dial, base, 'client');

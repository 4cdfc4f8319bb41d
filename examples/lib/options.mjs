// The command line of `npm start`: what may be said, and one line for what may not.
import { parseArgs } from 'node:util';

/**
 * @typedef {object} Options
 * @property {boolean} help
 * @property {number} port 0: the system chooses
 * @property {string | undefined} url
 * @property {number} seconds Infinity: until Ctrl-C
 */

export const HELP = `Usage: npm start -- [options]

Runs an echo server on 127.0.0.1 and a game that talks to it 60 times a second. Other WebSocket clients may join and
hear their own packets back.

  --port N      port of the server (default 9080, 0 lets the system choose)
  --url URL     connect to this echo server instead of running one (ws:// or wss://)
  --seconds N   end after N seconds, with a summary
  --help        this text

The status line tells the state, what goes out and comes in each second, the round trip (the time from sending a packet
until its echo is there), and how many clients more there are.`;

/** @returns {Options | { complaint: string }} */
export function readOptions(args) {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        port: { type: 'string' },
        url: { type: 'string' },
        seconds: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    return { complaint: `${firstSentence(error.message)}; --help tells what there is` };
  }
  const { help, url } = values;
  const port = values.port === undefined ? 9080 : Number(values.port || Number.NaN);
  const seconds = values.seconds === undefined ? Number.POSITIVE_INFINITY : Number(values.seconds || Number.NaN);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    return { complaint: `--port must be a whole number from 0 to 65535, got "${values.port}"` };
  }
  if (!(seconds > 0)) return { complaint: `--seconds must be a number above 0, got "${values.seconds}"` };
  if (url === '') return { complaint: '--url must not be empty' };
  if (url !== undefined && values.port !== undefined)
    return { complaint: '--url needs no server, so --port is no use' };
  return { help, port, url, seconds };
}

function firstSentence(text) {
  return text.split('. ')[0].split('\n')[0];
}

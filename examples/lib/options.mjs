// The command line of `npm start`: what may be said, and one line for what may not.
import { parseArgs } from 'node:util';

/**
 * @typedef {object} Options
 * @property {boolean} help
 * @property {number} port 0: the system chooses
 * @property {string} host
 * @property {number} seconds Infinity: until Ctrl-C
 * @property {number} bots
 * @property {string[]} origins further pages that may play
 * @property {number} processes 0: all in this one
 * @property {string} nats URL of a NATS server; '' for none
 */

const MOST_BOTS = 16;
const MOST_PROCESSES = 64;

export const HELP = `Usage: npm start -- [options]

Serves a small arena at http://localhost:9080: open the page to play, in as many browsers as you like. Two bots keep it
alive. http://localhost:9080/bench/ runs the codec in the browser beside plain JavaScript.

  --port N      port of the pages and of the game (default 9080, 0 lets the system choose)
  --host A      address to listen on (default 127.0.0.1; 0.0.0.0 lets phones in the same network play)
  --origin URL  origin of a page that may play, too, say behind a proxy (https://arena.example); may be repeated
  --bots N      how many bots play (0 to ${MOST_BOTS}, default 2)
  --processes N play as rooms in N processes (1 to ${MOST_PROCESSES}); the page's ?room=NAME chooses the room
  --nats URL    connect the processes by a NATS server with JetStream (nats://127.0.0.1:4222): start this on several
                machines, and rooms of all can be played from each
  --seconds N   bots only: play N seconds, print the figures and end
  --help        this text`;

/** @returns {Options | { complaint: string }} */
export function readOptions(args) {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        port: { type: 'string' },
        host: { type: 'string', default: '127.0.0.1' },
        bots: { type: 'string' },
        origin: { type: 'string', multiple: true, default: [] },
        seconds: { type: 'string' },
        processes: { type: 'string' },
        nats: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    return { complaint: `${firstSentence(error.message)}; --help tells what there is` };
  }
  const { help, host, origin: origins, nats = '' } = values;
  const port = values.port === undefined ? 9080 : Number(values.port || Number.NaN);
  const bots = values.bots === undefined ? 2 : Number(values.bots || Number.NaN);
  const seconds = values.seconds === undefined ? Number.POSITIVE_INFINITY : Number(values.seconds || Number.NaN);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    return { complaint: `--port must be a whole number from 0 to 65535, got "${values.port}"` };
  }
  if (!Number.isInteger(bots) || bots < 0 || bots > MOST_BOTS) {
    return { complaint: `--bots must be a whole number from 0 to ${MOST_BOTS}, got "${values.bots}"` };
  }
  if (!(seconds > 0)) return { complaint: `--seconds must be a number above 0, got "${values.seconds}"` };
  const processes = values.processes === undefined ? Number(nats !== '') : Number(values.processes || Number.NaN);
  if (
    values.processes !== undefined &&
    !(Number.isInteger(processes) && processes > 0 && processes <= MOST_PROCESSES)
  ) {
    return {
      complaint: `--processes must be a whole number from 1 to ${MOST_PROCESSES}, got "${values.processes}"`,
    };
  }
  if (values.nats === '') return { complaint: '--nats must not be empty' };
  const odd = origins.find((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin);
  if (odd !== undefined) return { complaint: `--origin must be an origin such as https://arena.example, got "${odd}"` };
  if (host === '') return { complaint: '--host must not be empty' };
  return { help, port, host, seconds, bots, origins, processes, nats };
}

function firstSentence(text) {
  return text.split('. ')[0].split('\n')[0];
}

// The command lines of multiplayer-server.mjs and multiplayer-client.mjs.
import { parseArgs } from 'node:util';

const KINDS = {
  port: (text) => (/^\d+$/.test(text) && Number(text) <= 65535 ? Number(text) : null),
  seconds: (text) => (Number(text) > 0 ? Number(text) : null),
  url: (text) => (text === '' ? null : text),
};
const WANTED = {
  port: 'a whole number from 0 to 65535',
  seconds: 'a number above 0',
  url: 'a WebSocket URL',
};

/**
 * The values of `args`, or those of `defaults` where nothing was said; of bad ones, `complaint` says what is wrong.
 *
 * @template {Record<string, string>} T
 * @param {string[]} args
 * @param {T} defaults
 */
export function readGameOptions(args, defaults) {
  const options = Object.fromEntries(Object.keys(defaults).map((name) => [name, { type: 'string' }]));
  let given;
  try {
    given = parseArgs({ args, options: { ...options, help: { type: 'boolean', default: false } } }).values;
  } catch (error) {
    return { complaint: error.message.split('. ')[0] };
  }
  const values = { help: given.help };
  for (const [name, standard] of Object.entries(defaults)) {
    const text = given[name] ?? standard;
    const value = KINDS[name](text);
    if (value === null) return { complaint: `--${name} must be ${WANTED[name]}, got "${text}"` };
    values[name] = value;
  }
  return values;
}

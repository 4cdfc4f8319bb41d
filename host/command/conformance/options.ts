// The arguments of `websocketpeer conformance`.
import { parseArgs } from 'node:util';
import { ConformanceError } from './results.js';

export const HELP = `Usage: websocketpeer conformance ws://HOST:PORT/PATH [OPTIONS]
       websocketpeer conformance --listen PORT [OPTIONS]

Tests a server that echoes every message, or clients that do, against RFC 6455, and where they compress against RFC
7692. A server that does not echo is tested as far as that goes. Clients call /getCaseCount, /runCase?case=N&agent=NAME
for each N from 1 on, and /updateReports?agent=NAME; GET / shows their results.

  --case PATTERN    only cases whose id begins so, as 7 or 6.4.*; can be repeated
  --heavy           the cases with large or very many messages, too (9, 12, 13, C)
  --json FILE       write the results as JSON
  --html FILE       write the results as a page
  --parallel N      so many cases at once (default 1; server only)
  --patience S      seconds to wait for what must come (default 5)
  --verbose         print every case, not only what is worth telling

of a server:
  --protocol NAME   offer this subprotocol; can be repeated
  --header LINE     add "Name: value" to every request; can be repeated
  --origin ORIGIN   send this Origin
  --insecure        accept any certificate

of clients:
  --listen PORT     serve the cases; 0 lets the system choose
  --host ADDRESS    address to listen on (default 127.0.0.1)

Exit code: 0, 1 when a case failed, 2 when nothing could be tested. --listen ends with Ctrl-C.`;

export interface Options {
  readonly isHelp: boolean;
  /** Null: listen. */
  readonly url: URL | null;
  readonly port: number;
  readonly host: string;
  readonly protocols: readonly string[];
  readonly headers: readonly string[];
  readonly origin: string;
  readonly isTrusting: boolean;
  readonly isHeavy: boolean;
  readonly patterns: readonly string[];
  readonly jsonFile: string;
  readonly htmlFile: string;
  readonly parallel: number;
  readonly patienceMs: number;
  readonly isVerbose: boolean;
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const texts = { type: 'string', multiple: true, default: [] as string[] } as const;
  const flag = { type: 'boolean', default: false } as const;
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { ...flag, short: 'h' },
      listen: text,
      host: { ...text, default: '127.0.0.1' },
      protocol: texts,
      header: texts,
      origin: { ...text, default: '' },
      insecure: flag,
      heavy: flag,
      case: texts,
      json: { ...text, default: '' },
      html: { ...text, default: '' },
      parallel: { ...text, default: '1' },
      patience: { ...text, default: '5' },
      verbose: flag,
    },
  });
}

/** Throws ConformanceError for arguments that make no sense. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parsed(args);
  const [url, ...more] = positionals;
  if (more.length > 0) throw new ConformanceError(`one URL at a time, not "${more[0]}" as well`);
  if (!values.help && (url === undefined) === (values.listen === undefined)) {
    throw new ConformanceError('a URL or --listen is needed, and not both');
  }
  for (const line of values.header) checkHeader(line);
  return {
    isHelp: values.help,
    url: url === undefined ? null : readUrl(url),
    port: readNumber('--listen', values.listen ?? '0', 0, 65535),
    host: values.host,
    protocols: values.protocol,
    headers: values.header,
    origin: values.origin,
    isTrusting: values.insecure,
    isHeavy: values.heavy,
    patterns: values.case,
    jsonFile: values.json,
    htmlFile: values.html,
    parallel: readNumber('--parallel', values.parallel, 1, 100),
    patienceMs: readNumber('--patience', values.patience, 1, 600) * 1000,
    isVerbose: values.verbose,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parse(args);
  } catch (error) {
    throw new ConformanceError(error instanceof Error ? error.message : String(error));
  }
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'ws:' || url?.protocol === 'wss:') return url;
  throw new ConformanceError(`"${text}" is no URL that begins with ws:// or wss://`);
}

function readNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new ConformanceError(`${option} must be a whole number from ${least} to ${most}, not "${text}"`);
}

function checkHeader(line: string): void {
  if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+:[ \t]*[\x20-\x7e]*$/.test(line)) return;
  throw new ConformanceError(`--header must be "Name: value", not "${line}"`);
}

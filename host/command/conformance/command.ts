// `websocketpeer conformance`: the suite against a server, or as a server for clients.
import { writeFileSync } from 'node:fs';
import { ClientTests } from './client-tests.js';
import { HELP, type Options, readOptions } from './options.js';
import { jsonOf, pageOf, type Report } from './report.js';
import { type CaseResult, ConformanceError, summaryOf } from './results.js';
import { type Probe, testServer } from './server-tests.js';

export async function run(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args);
    if (options.isHelp) {
      console.log(HELP);
      return 0;
    }
    return options.url === null ? await serve(options) : await test(options, options.url);
  } catch (error) {
    if (!(error instanceof ConformanceError)) throw error;
    console.error(`websocketpeer conformance: ${error.message}`);
    return 2;
  }
}

function print({ id, verdict, title, note }: CaseResult): void {
  console.log(`${id.padEnd(7)} ${verdict.padEnd(13)} ${title}${note === '' ? '' : ` — ${note}`}`);
}

const isTold = ({ verdict }: CaseResult): boolean => verdict === 'failed' || verdict === 'non-strict';

function describeProbe({ echoes, greetings, compresses }: Probe): string {
  const greeting = greetings === 0 ? 'greets with nothing' : `greets with ${greetings} message(s), which are ignored`;
  const echo = echoes ? 'echoes' : 'does not echo: cases that need it are not judged';
  return `${echo}, ${greeting}, ${compresses ? 'compresses' : 'does not compress'}`;
}

async function test(options: Options, url: URL): Promise<number> {
  const { results } = await testServer({
    ...options,
    url,
    onProbe: (probe) => console.log(`${url.host} ${describeProbe(probe)}`),
    onResult: (result) => {
      if (options.isVerbose || isTold(result)) print(result);
    },
  });
  if (results.length === 0) throw new ConformanceError(`no case has an id like ${options.patterns.join(', ')}`);
  console.log(summaryOf(results));
  // Without credentials and query, since reports are shown around.
  write(options, [{ subject: `${url.protocol}//${url.host}${url.pathname}`, date: today(), results }]);
  return results.some(({ verdict }) => verdict === 'failed') ? 1 : 0;
}

const today = (): string => new Date().toISOString().substring(0, 10);

function write({ jsonFile, htmlFile }: Options, reports: readonly Report[]): void {
  try {
    if (jsonFile !== '') writeFileSync(jsonFile, jsonOf(reports));
    if (htmlFile !== '') writeFileSync(htmlFile, pageOf(reports));
  } catch (error) {
    throw new ConformanceError(error instanceof Error ? error.message : String(error));
  }
}

async function serve(options: Options): Promise<number> {
  const done = new Map<string, readonly CaseResult[]>();
  const reports = (): Report[] => [...done].map(([subject, results]) => ({ subject, date: today(), results }));
  const tests = new ClientTests({
    ...options,
    page: (results) => pageOf([...results].map(([subject, list]) => ({ subject, date: today(), results: list }))),
    onResult: (_, result) => {
      if (options.isVerbose || isTold(result)) print(result);
    },
    onReport: (agent, results) => {
      done.set(agent, results);
      console.log(`${agent}: ${summaryOf(results)}`);
      write(options, reports());
    },
  });
  if (tests.cases.length === 0) throw new ConformanceError(`no case has an id like ${options.patterns.join(', ')}`);
  const port = await listen(tests, options);
  console.log(
    `${tests.cases.length} cases for clients on ws://${options.host}:${port}, results on http://${options.host}:${port}/`,
  );
  await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  tests.close();
  return [...done.values()].flat().some(({ verdict }) => verdict === 'failed') ? 1 : 0;
}

async function listen(tests: ClientTests, { port, host }: Options): Promise<number> {
  try {
    return await tests.listen(port, host);
  } catch (error) {
    throw new ConformanceError(`can't listen on ${host}:${port}: ${error instanceof Error ? error.message : error}`);
  }
}

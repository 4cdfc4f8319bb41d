// The command `websocketpeer conformance` as the docs have it run: out of the packed package, in a stranger's project.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { runCases } from '../conformance/programs/echo.mjs';
import { deafPort } from '../helpers/ports.js';
import { FreshProject, isBuilt, ROOT } from '../runtimes/fresh-project.js';

interface Ending {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

/** Ends npm and what it has started. */
function stopGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const BUILT = `${ROOT}dist/esm/command/websocketpeer.js`;
const LIFETIME_MS = 250_000;

describe.skipIf(!isBuilt)('the command', () => {
  let project: FreshProject;
  beforeAll(() => {
    project = new FreshProject({ install: false });
  });
  afterAll(() => project.remove());

  const running: ChildProcess[] = [];
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const { pid } of running.splice(0)) stopGroup(pid);
    for (const stop of stops.splice(0)) stop();
  });

  const words = (args: readonly string[]): string[] => [
    'exec',
    '--offline',
    '--yes',
    `--package=${project.tarball}`,
    '--',
    'websocketpeer',
    ...args,
  ];

  function start(program: string, args: readonly string[]): Promise<Ending> {
    return new Promise((resolve) => {
      const options = { cwd: project.directory, timeout: LIFETIME_MS };
      execFile(program, args, options, (error, out, errors) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, errors });
      });
    });
  }

  const run = (...args: string[]): Promise<Ending> => start('npm', words(args));

  /** Without npm, which takes most of the time. */
  const runBuilt = (...args: string[]): Promise<Ending> => start(process.execPath, [BUILT, ...args]);

  async function serve(onMessage: (socket: WebSocket, data: Buffer, isBinary: boolean) => void): Promise<string> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: (offered) => [...offered][0] });
    stops.push(() => server.close());
    server.on('connection', (socket) => {
      socket.on('message', (data: Buffer, isBinary) => onMessage(socket, data, isBinary)).on('error', () => {});
    });
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    return `ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
  }

  const echo = (socket: WebSocket, data: Buffer, binary: boolean): void => socket.send(data, { binary });

  it('tests a server, and writes its results as JSON and as a page', async () => {
    const url = await serve(echo);
    const files = ['--json', 'report.json', '--html', 'report.html'];
    const { code, out, errors } = await run('conformance', url, '--case', '6.4.1', '--case', '1.1.*', ...files);
    expect(errors).toBe('');
    expect(out).toContain('echoes, greets with nothing');
    expect(out).toMatch(/^6\.4\.1 {3}non-strict /m);
    expect(out).toContain('OK 8, non-strict 1\n');
    expect(code).toBe(0);
    const report = JSON.parse(readFileSync(project.path('report.json'), 'utf8'));
    expect(report).toMatchObject({ subject: url, counts: { OK: 8, 'non-strict': 1, failed: 0 } });
    expect(readFileSync(project.path('report.html'), 'utf8')).toContain('<td class="non-strict">');
  });

  it('offers protocols and headers, and ends with 1 when a case failed', async () => {
    const url = await serve((socket, data, isBinary) => {
      const isLong = data.length === 127;
      echo(socket, isLong ? Buffer.concat([data, data]) : data, isBinary);
    });
    const more = ['--protocol', 'game', '--header', 'X-Test: yes', '--origin', 'https://game.example'];
    const { code, out } = await run('conformance', url, '--case', '1.1', '--parallel', '4', '--verbose', ...more);
    expect(out).toMatch(/^1\.1\.4 {3}failed .* — sent a text of 254 bytes that is no echo$/m);
    expect(out).toMatch(/^1\.1\.5 {3}OK /m);
    expect(code).toBe(1);
  });

  it.each([
    [['conformance', 'http://127.0.0.1/'], '"http://127.0.0.1/" is no URL that begins with ws:// or wss://'],
    [['conformance'], 'a URL or --listen is needed, and not both'],
    [['conformance', '--listen', '70000'], '--listen must be a whole number from 0 to 65535, not "70000"'],
    [['conformance', 'ws://127.0.0.1/', '--header', 'no'], '--header must be "Name: value", not "no"'],
    [['scenery'], 'there is no command "scenery"'],
  ])('%j is refused in one line', async (args, complaint) => {
    const { code, errors } = await runBuilt(...args);
    expect(errors).toContain(complaint);
    expect(code).toBe(2);
  });

  it('says that there is no server', async () => {
    const { code, errors } = await runBuilt('conformance', `ws://127.0.0.1:${await deafPort()}/`);
    expect(errors).toContain("can't connect to 127.0.0.1");
    expect(code).toBe(2);
  });

  it('serves the cases to drivers of the known suite', async () => {
    const options = { cwd: project.directory, detached: true };
    const child = spawn('npm', words(['conformance', '--listen', '0', '--case', '2', '--case', '7.3']), options);
    running.push(child);
    const lines = createInterface({ input: child.stdout });
    const next = (pattern: RegExp): Promise<string> =>
      new Promise((resolve) => {
        lines.on('line', (line) => {
          const match = pattern.exec(line);
          if (match !== null) resolve(match[0]);
        });
      });
    const base = await next(/ws:\/\/[^ ,]+/);
    const heard: string[] = [];
    const dial = (url: string, echoes: boolean): Promise<string> =>
      new Promise((resolve) => {
        const socket = new WebSocket(url);
        let last = '';
        socket.on('message', (data: Buffer, isBinary) => {
          if (echoes) echo(socket, data, isBinary);
          last = String(data);
        });
        socket.on('error', () => {}).on('close', () => resolve(last));
      });
    const report = next(/^ws: .*/);
    await runCases(dial, base, 'ws');
    expect(await report).toBe('ws: OK 17');
    heard.push(
      await dial(`${base}/getCaseInfo?case=1`, false),
      await dial(`${base}/getCaseStatus?case=1&agent=ws`, false),
    );
    expect(heard.map((text) => JSON.parse(text))).toEqual([
      { id: '2.1', description: 'a ping without payload' },
      { behavior: 'OK' },
    ]);
    const page = await fetch(base.replace('ws:', 'http:'));
    expect(await page.text()).toContain('<th>2.1</th>');
  });
});

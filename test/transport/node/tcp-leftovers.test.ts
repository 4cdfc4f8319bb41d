// Nothing stays behind: no handle after an end, and no process that waits for one.
import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StreamPhase } from '../../../host/transport/byte-stream.js';
import { sockets } from '../../../host/transport/node/platform.js';
import { type Identity, makeSelfSigned } from '../../helpers/certificates.js';
import { ascii, Recorder, tcpPair, until } from '../../helpers/net.js';

let identity: Identity;

beforeAll(async () => {
  identity = await makeSelfSigned({ names: ['localhost'] });
});

function socketsOpen(): number {
  const kinds = ['TCPSocketWrap', 'TCPServerWrap', 'TLSWrap', 'JSStream'];
  return process.getActiveResourcesInfo().filter((kind) => kinds.includes(kind)).length;
}

describe('in this process', () => {
  it('TCP leaves no handle after finish() of both sides', async () => {
    const { client, server } = await tcpPair();
    new Recorder(server);
    client.stream.write([ascii('x')]);
    client.stream.finish(60_000);
    server.finish(60_000);
    await until(() => socketsOpen() === 0);
  });

  it('TCP leaves no handle after finish() when the other side never ends', async () => {
    const { client, server } = await tcpPair();
    client.stream.finish(1);
    await until(() => socketsOpen() === 1);
    server.destroy();
    await until(() => socketsOpen() === 0);
  });

  it('TLS leaves no handle after finish() and destroy()', async () => {
    const { client, server } = await tcpPair();
    const outer = new Recorder(sockets.wrapTlsServer(server, { key: identity.key, certificate: identity.cert }));
    const settings = { trustedChain: identity.cert, verifyChain: true, verifyName: true, serverName: 'localhost' };
    const inner = new Recorder(sockets.wrapTlsClient(client.stream, settings));
    await until(() => outer.stream.phase === StreamPhase.OPEN && inner.stream.phase === StreamPhase.OPEN);
    inner.stream.finish(60_000);
    await until(() => outer.stream.phase === StreamPhase.ENDED);
    outer.stream.destroy();
    await until(() => socketsOpen() === 0);
  });

  it('a connection that was destroyed while connecting leaves no handle', async () => {
    sockets.connectTcp('127.0.0.1', 9).destroy();
    sockets.connectTcp('localhost', 9).finish(1000);
    await until(() => socketsOpen() === 0);
  });
});

const host = fileURLToPath(new URL('../../../host', import.meta.url));

/** A file or folder of the host as plain JavaScript, for a process of its own. */
function transpile(path: string, to: string): void {
  const from = join(host, path);
  if (statSync(from).isDirectory()) {
    mkdirSync(join(to, path));
    for (const name of readdirSync(from)) transpile(join(path, name), to);
    return;
  }
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true };
  const { outputText } = ts.transpileModule(readFileSync(from, 'utf8'), { compilerOptions: options });
  writeFileSync(join(to, path.replace('.ts', '.js')), outputText);
}

const START = `
import { clock, sockets } from './transport/node/platform.js';
const sink = { receive: () => true, phaseChanged() {}, drained() {} };
const streams = [];
const listener = sockets.listen({ address: '127.0.0.1', port: 0 }, () => {
  const stream = listener.take();
  stream.attach(sink);
  streams.push(stream);
}).listener;
const client = sockets.connectTcp('127.0.0.1', listener.localPort);
client.attach({ ...sink, phaseChanged() { if (client.phase === 1) whenOpen(); } });
`;

describe('in a process of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'websocketpeer-'));
  // The bundle has in it what the sources import from there.
  symlinkSync(
    fileURLToPath(new URL('../../../node_modules', import.meta.url)),
    join(folder, 'node_modules'),
    'junction',
  );

  beforeAll(() => {
    for (const path of ['transport', 'bytes.ts']) transpile(path, folder);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['both sides finish', 'function whenOpen() { client.finish(1e6); setImmediate(() => streams[0].finish(1e6)); }'],
    [
      'one side finishes and the other is gone',
      'function whenOpen() { client.write([new Uint8Array(10)]); client.finish(1e6); streams[0]?.destroy(); }',
    ],
    ['both sides are destroyed', 'function whenOpen() { client.destroy(); setImmediate(() => streams[0].destroy()); }'],
    [
      'only alarms wait',
      'function whenOpen() { client.destroy(); setImmediate(() => streams[0].destroy()); clock.alarm(1e8, () => {}); }',
    ],
  ])('it exits by itself when %s', async (_what, script) => {
    const file = join(folder, 'child.js');
    const closing = 'setTimeout(() => listener.close(), 20);';
    writeFileSync(file, START + script + closing);
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [file], { timeout: 50_000 });
    expect([stdout, stderr]).toEqual(['', '']);
  });
});

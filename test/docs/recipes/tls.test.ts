// docs/recipes/tls.md: its servers take a renewed certificate while a client stays, and keep the former one when the new
// files are damaged; and what openssl makes as the page says is taken by clients.
import { spawnSync } from 'node:child_process';
import { X509Certificate as NodeCertificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { TLSOptions, WebSocketMultiplayerPeer, WebSocketPeer, X509Certificate } from '../../../host/index.js';
import { type Identity, makeCa, makeSelfSigned } from '../../helpers/certificates.js';
import { describeCommand } from '../../helpers/commands.js';
import { until } from '../../helpers/game.js';
import { answer, blocksOf, isBuilt, programsOf, type Running, usePrograms } from '../../helpers/programs.js';
import { replaced } from '../../helpers/proxies.js';
import { useReports } from '../../helpers/reports.js';

const PAGE = 'docs/recipes/tls.md';
const [multiplayer, https] = programsOf(PAGE);
const programs = usePrograms();
useReports();

const READ_AGAIN = 'the certificate has been read again';

function trusting(pem: string): TLSOptions {
  const certificate = new X509Certificate();
  certificate.load_from_string(pem);
  return TLSOptions.client(certificate);
}

/** As certbot's hook does it: each file in one step. */
function install(folder: string, { key, cert }: Identity): void {
  for (const [name, text] of [
    ['privkey.pem', key],
    ['fullchain.pem', cert],
  ]) {
    writeFileSync(join(folder, `${name}.new`), text);
    renameSync(join(folder, `${name}.new`), join(folder, name));
  }
}

/** The program with its files in a folder of the test. */
async function started(program: string, identity: Identity): Promise<Running & { folder: string }> {
  const folder = join(programs.directory, 'certificates');
  mkdirSync(folder);
  install(folder, identity);
  return { ...(await programs.run(replaced(program, [['/etc/game', folder]]))), folder };
}

/** Serial number of the certificate that a newcomer is shown; '' while nobody listens. */
async function shown(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect');
    return socket.getPeerCertificate().serialNumber;
  } catch {
    return '';
  } finally {
    socket.destroy();
  }
}

async function showing(port: number, { cert }: Identity): Promise<void> {
  const wanted = serialOf(cert);
  while ((await shown(port)) !== wanted) await new Promise((resolve) => setTimeout(resolve, 10));
}

const serialOf = (pem: string): string => new NodeCertificate(pem).serialNumber;

async function opened(url: string, options: TLSOptions): Promise<WebSocketPeer> {
  const peer = new WebSocketPeer();
  programs.endings.push(() => peer.free());
  await until(() => {
    if (peer.get_ready_state() === WebSocketPeer.STATE_CLOSED) peer.connect_to_url(url, options);
    peer.poll();
    return peer.get_ready_state() === WebSocketPeer.STATE_OPEN;
  }, 'the program');
  return peer;
}

async function joined(url: string, options: TLSOptions): Promise<WebSocketMultiplayerPeer> {
  const peer = new WebSocketMultiplayerPeer();
  programs.endings.push(() => peer.close());
  await until(() => {
    if (peer.get_connection_status() === 0) peer.create_client(url, options);
    peer.poll();
    return peer.get_connection_status() === 2;
  }, 'the program');
  return peer;
}

async function echoed(peer: WebSocketMultiplayerPeer, text: string): Promise<string> {
  peer.put_packet(Buffer.from(text));
  await until(() => {
    peer.poll();
    return peer.get_available_packet_count() > 0;
  }, 'an answer');
  return Buffer.from(peer.get_packet()).toString();
}

describe.skipIf(!isBuilt)('the servers of docs/recipes/tls.md', () => {
  it.each([
    ['when the files change', false],
    ['on SIGHUP', true],
  ])('the multiplayer server takes the new certificate %s, while a client stays', async (_, isTold) => {
    const ca = await makeCa();
    const trust = trusting(ca.cert);
    const [first, second] = [await ca.issue({ names: ['localhost'] }), await ca.issue({ names: ['localhost'] })];
    // Without the watch only the signal can be what it was.
    const text = isTold
      ? replaced(multiplayer, [['watch(FOLDER,', 'void ((_folder, _changed) => {})(FOLDER,']])
      : multiplayer;
    const running = await started(text, first);
    const url = `wss://localhost:${running.port}`;
    const early = await joined(url, trust);
    expect(await shown(running.port)).toBe(serialOf(first.cert));
    install(running.folder, second);
    if (isTold) running.signal('SIGHUP');
    await showing(running.port, second);
    expect(await echoed(early, 'still here')).toBe('still here');
    const late = await joined(url, trust);
    expect(await echoed(late, 'new here')).toBe('new here');
    late.close();
    const ended = running.terminate();
    await until(() => {
      early.poll();
      return early.get_connection_status() === 0;
    }, 'the end');
    expect(await ended).toBe(0);
  });

  it('the HTTPS server takes the new certificate, while a client stays', async () => {
    const ca = await makeCa();
    const trust = trusting(ca.cert);
    const [first, second] = [await ca.issue({ names: ['localhost'] }), await ca.issue({ names: ['localhost'] })];
    const running = await started(https, first);
    const early = await opened(`wss://localhost:${running.port}`, trust);
    install(running.folder, second);
    running.signal('SIGHUP');
    await showing(running.port, second);
    early.send_text('still here');
    expect(await answer(early)).toBe('still here');
  });

  it.each([
    ['multiplayer', multiplayer, 'set_tls_options: '],
    ['HTTPS', https, 'the former certificate stays: '],
  ])('the %s server keeps the former pair when the new one does not fit', async (_, program, words) => {
    const [first, second] = [await makeSelfSigned({ names: ['a'] }), await makeSelfSigned({ names: ['b'] })];
    const running = await started(program, first);
    await showing(running.port, first);
    install(running.folder, { key: first.key, cert: second.cert });
    running.signal('SIGHUP');
    await until(() => running.out().includes(words), 'the report');
    expect(await shown(running.port)).toBe(serialOf(first.cert));
    expect(running.out()).not.toContain(READ_AGAIN);
  });

  it('says so and ends when there is no certificate', async () => {
    const running = await programs.run(replaced(multiplayer, [['/etc/game', join(programs.directory, 'none')]]));
    expect(await running.ended()).toBe(1);
    expect(running.out()).toContain("can't read the file");
  });
});

describeCommand('the commands of docs/recipes/tls.md', 'openssl', () => {
  it.skipIf(!isBuilt)('make a certificate that a client can trust for localhost', async () => {
    const folder = join(programs.directory, 'made');
    mkdirSync(folder);
    const [command] = blocksOf(PAGE, 'sh make');
    expect(spawnSync('sh', ['-e', '-c', command], { cwd: folder }).status).toBe(0);
    const running = await programs.run(replaced(https, [['/etc/game', folder]]));
    const certificate = readFileSync(join(folder, 'fullchain.pem'), 'utf8');
    for (const host of ['localhost', '127.0.0.1']) {
      const peer = await opened(`wss://${host}:${running.port}`, trusting(certificate));
      peer.send_text(host);
      expect(await answer(peer)).toBe(host);
    }
  });

  it('in the hook put both files where the server reads them, and tell the server', () => {
    const [lineage, folder, bin] = ['lineage', 'folder', 'bin'].map((name) => join(programs.directory, name));
    for (const directory of [lineage, bin]) mkdirSync(directory);
    for (const name of ['privkey.pem', 'fullchain.pem']) writeFileSync(join(lineage, name), name);
    writeFileSync(join(bin, 'systemctl'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
    const hook = replaced(blocksOf(PAGE, 'sh hook')[0], [
      ['/etc/game', folder],
      ['-g game-keys', ''],
    ]);
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, RENEWED_LINEAGE: lineage };
    const { stdout, stderr, status } = spawnSync('sh', { input: hook, encoding: 'utf8', env });
    expect({ stdout, stderr, status }).toEqual({ stdout: 'kill --signal=HUP game.service\n', stderr: '', status: 0 });
    expect(readdirSync(folder).sort()).toEqual(['fullchain.pem', 'privkey.pem']);
    expect(readFileSync(join(folder, 'privkey.pem'), 'utf8')).toBe('privkey.pem');
  });
});

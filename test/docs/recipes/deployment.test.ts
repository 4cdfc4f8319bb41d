// docs/recipes/deployment.md: its program ends in order and logs lines of JSON, its Dockerfile passes a linter and is
// followed step by step without Docker, and systemd finds nothing wrong with its unit.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type Copy, DockerfileParser, type From, type JSONInstruction } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { WebSocketPeer } from '../../../host/index.js';
import { commandPath, describeCommand } from '../../helpers/commands.js';
import { until } from '../../helpers/game.js';
import { freePort } from '../../helpers/ports.js';
import { answer, blocksOf, fromRoot, isBuilt, type Launched, programsOf, usePrograms } from '../../helpers/programs.js';
import { useReports } from '../../helpers/reports.js';

const PAGE = 'docs/recipes/deployment.md';
const [program] = programsOf(PAGE);
const [dockerfile] = blocksOf(PAGE, 'dockerfile');
const [unit] = blocksOf(PAGE, 'systemd');
const programs = usePrograms();
useReports();

interface Line {
  readonly time: string;
  readonly level: string;
  readonly message: string;
  readonly code?: string;
}

/** The log so far; fails for a line that is no JSON. */
const logOf = ({ out }: Launched): Line[] =>
  out()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);

/** Waits for a line of the log. */
async function logged(running: Launched, what: (line: Line) => boolean): Promise<Line> {
  let found: Line | undefined;
  await until(() => {
    found = logOf(running).find(what);
    return found !== undefined;
  }, 'a line of the log');
  return found as Line;
}

async function closed(peer: WebSocketPeer): Promise<[number, string]> {
  await until(() => {
    peer.poll();
    return peer.get_ready_state() === WebSocketPeer.STATE_CLOSED;
  }, 'the end');
  return [peer.get_close_code(), peer.get_close_reason()];
}

describe.skipIf(!isBuilt)('the program of docs/recipes/deployment.md', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('closes its clients with 1001 on %s, and ends', async (signal) => {
    const running = await programs.run(program);
    const peer = await programs.opened(running.port, '/any');
    peer.send_text('hello');
    expect(await answer(peer)).toBe('hello');
    const health = await fetch(`http://127.0.0.1:${running.port}/health`);
    expect([health.status, await health.json()]).toEqual([200, { peers: 1, memory: expect.any(Number) }]);
    expect((await fetch(`http://127.0.0.1:${running.port}/other`)).status).toBe(404);
    running.signal(signal);
    expect(await closed(peer)).toEqual([1001, 'the server goes away']);
    expect(await running.ended()).toBe(0);
    expect(logOf(running).map(({ level, message }) => `${level} ${message}`)).toEqual([
      'info listening',
      'info leaving',
      'info bye',
    ]);
  });

  it('writes reports as lines of JSON, with the codes of failures', async () => {
    const running = await programs.run(program);
    const peer = await programs.opened(running.port);
    peer.outbound_buffer_size = 0;
    peer.send(Buffer.alloc(65536)); // more than inbound_buffer_size
    expect((await closed(peer))[0]).toBe(1009);
    const line = await logged(running, ({ level }) => level !== 'info');
    expect(line).toMatchObject({ code: 'MESSAGE_TOO_BIG', message: expect.stringContaining('inbound_buffer_size') });
  });

  it('ends with 1 when the port is taken', async () => {
    const first = await programs.run(program);
    await programs.opened(first.port);
    const second = programs.start(program, first.port);
    expect(await second.ended()).toBe(1);
    expect(logOf(second)[0]).toMatchObject({ level: 'error', code: 'EADDRINUSE' });
  });
});

describe('the Dockerfile of docs/recipes/deployment.md', () => {
  it('passes the linter', () => {
    expect(validate(dockerfile).map(({ message }) => message)).toEqual([]);
    expect(validate('FROM a\nCOPY b\n')).not.toEqual([]); // it does find things
  });

  it('runs as somebody else than root, with a command that gets the signals', () => {
    const instructions = DockerfileParser.parse(dockerfile).getInstructions();
    const of = (keyword: string): string[] =>
      instructions.filter((one) => one.getKeyword() === keyword).map((one) => one.getArgumentsContent() ?? '');
    expect(of('USER')).toEqual(['node']);
    expect(of('CMD')).toEqual(['["node", "server.mjs"]']);
    expect(of('EXPOSE')).toEqual(['9080']);
  });

  it.skipIf(!isBuilt)('copies all that the server needs, from files that the page names', async () => {
    const port = String(await freePort());
    const scratch = mkdtempSync(join(tmpdir(), 'websocketpeer-'));
    programs.endings.push(() => rmSync(scratch, { recursive: true, force: true }));
    const context = makeContext(join(scratch, 'context'), port);
    expect(
      readdirSync(context)
        .filter((name) => name !== 'node_modules')
        .sort(),
    ).toEqual(blocksOf(PAGE, 'text')[0].trim().split('\n').sort());
    const image = follow(dockerfile.replaceAll('9080', port), context, scratch);
    const [command, ...args] = image.command;
    const running = programs.launch(command, args, { cwd: image.directory, env: { ...process.env, ...image.env } });
    const peer = await programs.opened(Number(port));
    peer.send_text('hello');
    expect(await answer(peer)).toBe('hello');
    expect(spawnSync(image.health[0], image.health.slice(1)).status).toBe(0);
    const ended = running.terminate();
    expect((await closed(peer))[0]).toBe(1001);
    expect(await ended).toBe(0);
    expect(spawnSync(image.health[0], image.health.slice(1)).status).toBe(1);
  });
});

/** The folder that the page describes, as its commands make it. */
function makeContext(directory: string, port: string): string {
  mkdirSync(directory);
  const npm = (cwd: string, ...args: string[]): string =>
    execFileSync('npm', [...args, '--loglevel=error'], { cwd, encoding: 'utf8' });
  const [{ filename }] = JSON.parse(
    npm(fromRoot('.'), 'pack', '--json', '--ignore-scripts', '--pack-destination', directory),
  );
  cpSync(join(directory, filename), join(directory, 'websocketpeer.tgz'));
  rmSync(join(directory, filename));
  npm(directory, 'init', '-y');
  npm(directory, 'install', './websocketpeer.tgz', '--offline', '--no-audit', '--no-fund');
  writeFileSync(join(directory, 'server.mjs'), program.replaceAll('9080', port));
  writeFileSync(join(directory, 'Dockerfile'), dockerfile);
  writeFileSync(join(directory, '.dockerignore'), blocksOf(PAGE, 'gitignore')[0]);
  return directory;
}

interface Image {
  readonly root: string;
  directory: string;
  readonly env: Record<string, string>;
  command: string[];
  health: string[];
}

/** Does what the instructions say, each stage in a folder of its own instead of a container; the last one. */
function follow(text: string, context: string, scratch: string): Image {
  const stages = new Map<string, Image>();
  let image: Image | null = null;
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const content = instruction.getArgumentsContent() ?? '';
    if (instruction.getKeyword() === 'FROM') {
      const root = join(scratch, `stage${stages.size}`);
      image = { root, directory: root, env: {}, command: [], health: [] };
      stages.set((instruction as From).getBuildStage() ?? '', image);
      continue;
    }
    if (image === null) throw new Error(`${content} comes before FROM`);
    const at = image;
    const list = (): string[] => JSON.parse(content.slice(content.indexOf('['))) as string[];
    const steps: Record<string, () => unknown> = {
      WORKDIR: () => {
        at.directory = join(at.root, content);
        mkdirSync(at.directory, { recursive: true });
      },
      ENV: () => Object.assign(at.env, Object.fromEntries([content.split('=')])),
      COPY: () => copy(instruction as Copy, at, stages, context),
      RUN: () =>
        execFileSync(content, { cwd: at.directory, shell: true, env: { ...process.env, npm_config_offline: 'true' } }),
      CMD: () => (at.command = list()),
      HEALTHCHECK: () => (at.health = list()),
    };
    steps[(instruction as JSONInstruction).getKeyword()]?.();
  }
  return image as unknown as Image;
}

function copy(instruction: Copy, image: Image, stages: ReadonlyMap<string, Image>, context: string): void {
  const paths = instruction.getArguments().map((argument) => argument.getValue());
  const from = instruction
    .getFlags()
    .find((flag) => flag.getName() === 'from')
    ?.getValue();
  const source = from == null ? context : stages.get(from)?.root;
  if (source === undefined) throw new Error(`there is no stage ${from}`);
  const target = join(image.directory, paths.pop() ?? '');
  for (const path of paths) {
    const isInto = target.endsWith('/') || paths.length > 1;
    const to = isInto ? join(target, basename(path)) : target;
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(source, path), to, { recursive: true });
  }
}

describeCommand('the unit of docs/recipes/deployment.md', 'systemd-analyze', (path) => {
  /** What systemd says of a unit. */
  const complaints = (text: string): string => {
    const file = join(programs.directory, 'game.service');
    const node = commandPath('node') ?? process.execPath;
    writeFileSync(file, text.replace('/usr/bin/node', node));
    const { stdout, stderr } = spawnSync(path, ['verify', '--man=no', file], { encoding: 'utf8' });
    return stdout + stderr;
  };

  it('has nothing that systemd does not understand', () => {
    expect(complaints(unit)).toBe('');
    expect(complaints(unit.replace('LimitNOFILE', 'LimitFiles'))).toContain('LimitFiles');
  });

  it('gives the program longer than its clients may take', () => {
    const seconds = Number(/TimeoutStopSec=(\d+)/.exec(unit)?.[1]);
    expect(seconds).toBeGreaterThan(Number(/close_timeout: (\d+)/.exec(program)?.[1]));
  });
});

#!/usr/bin/env node
// The command `websocketpeer`: finds the sub-command, each a folder here, and loads it when it is called.

/** A sub-command: takes its arguments, returns the exit code. */
type Run = (args: readonly string[]) => Promise<number>;

interface SubCommand {
  readonly about: string;
  readonly load: () => Promise<{ readonly run: Run }>;
}

const SUB_COMMANDS: ReadonlyMap<string, SubCommand> = new Map([
  [
    'conformance',
    {
      about: 'test a WebSocket server, or clients, against RFC 6455',
      load: () => import('./conformance/command.js'),
    },
  ],
  [
    'scene',
    {
      about: 'write the nodes of a Godot project as a module for websocketpeer/scene',
      load: () => import('./scene/command.js'),
    },
  ],
]);

function help(): string {
  const lines = [...SUB_COMMANDS].map(([name, { about }]) => `  ${name.padEnd(14)}${about}`);
  return `Usage: websocketpeer COMMAND [OPTIONS]

${lines.join('\n')}

websocketpeer COMMAND --help tells more.`;
}

async function main([name = '', ...args]: readonly string[]): Promise<number> {
  const command = SUB_COMMANDS.get(name);
  if (command !== undefined) return (await command.load()).run(args);
  if (name === '--help' || name === '-h') {
    console.log(help());
    return 0;
  }
  console.error(name === '' ? help() : `websocketpeer: there is no command "${name}"\n\n${help()}`);
  return 2;
}

process.exitCode = await main(process.argv.slice(2));

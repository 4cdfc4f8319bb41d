// Registers every class with a small script engine and runs a script in it: node examples/extension/run.mjs [file]
import { readFileSync } from 'node:fs';
import { deinitialize, initialize } from 'websocketpeer/extension';
import { ScriptHost } from './script-host.mjs';

const host = new ScriptHost();
initialize(host, { library: 'script-host' });
console.log(`${host.classCount} classes are known`);
await host.run(readFileSync(process.argv[2] ?? new URL('echo.script', import.meta.url), 'utf8'));
deinitialize();
console.log(`${host.classCount} classes are left`);

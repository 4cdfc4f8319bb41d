// The suite in a runtime with a command line: `main.mjs CONTEXT.json` prints what came out as one line of JSON.
import { readFileSync } from 'node:fs';
import { set_error_handler } from 'websocketpeer';
import { client } from './client.mjs';
import { codec } from './codec.mjs';
import { compression } from './compression.mjs';
import { crypto } from './crypto.mjs';
import { godot3 } from './godot3.mjs';
import { run, waitBriefly } from './harness.mjs';
import { multiplayer } from './multiplayer.mjs';
import { rights } from './rights.mjs';
import { server } from './server.mjs';
import { sockets } from './sockets.mjs';
import { tls } from './tls.mjs';
import { variant } from './variant.mjs';

set_error_handler(null); // refusals are wanted here
const context = { ...JSON.parse(readFileSync(process.argv[2], 'utf8')), abnormal: -1 };
const outcomes = await run([rights(context)], context);
if (context.withheld !== undefined) waitBriefly();
const groups = [codec, variant, client, multiplayer, godot3, server, compression, sockets, tls, crypto];
outcomes.push(...(await run(groups, context)));
console.log(JSON.stringify(outcomes));

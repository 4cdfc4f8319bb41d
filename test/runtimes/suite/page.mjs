// The suite in a page: everything but servers. `suite(context)` answers with what came out.
import { set_error_handler } from 'websocketpeer';
import { client } from './client.mjs';
import { codec } from './codec.mjs';
import { godot3 } from './godot3.mjs';
import { run } from './harness.mjs';
import { multiplayer } from './multiplayer.mjs';
import { variant } from './variant.mjs';

set_error_handler(null); // refusals are wanted here
const ABNORMAL = 1006; // what a browser says of an end without a close frame
globalThis.suite = (context) => run([codec, variant, client, multiplayer, godot3], { ...context, abnormal: ABNORMAL });

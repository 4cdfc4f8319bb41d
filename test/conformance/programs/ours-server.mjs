// A server of this package that echoes: node ours-server.mjs PORT KIND.
import * as godot4 from 'websocketpeer';
import * as godot3 from 'websocketpeer/godot3';
import { serveGodot3, serveMultiplayer, serveTcp, serveUpgrades } from './echo.mjs';

const KINDS = {
  tcp: (port) => serveTcp(godot4, port),
  upgrade: (port) => serveUpgrades(godot4, port),
  godot3: (port) => serveGodot3(godot3, port),
  multiplayer: (port) => serveMultiplayer(godot4, port),
};

const [port, kind] = process.argv.slice(2);
godot4.set_error_handler(null); // what is wrong about the cases is known
await KINDS[kind](Number(port));
console.log('listening');

// The game's server in a worker of a page: each message brings the port of one more player.
import { MessagePortStream } from 'websocketpeer/streams';
import { CoinGame } from './coin-game.mjs';

const game = new CoinGame();
addEventListener('message', ({ data }) => game.join(new MessagePortStream(data)));

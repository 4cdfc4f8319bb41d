// Import and first construction.
import { WebSocketPeer } from 'websocketpeer';

new WebSocketPeer();

// What Godot 3's connect_to_url makes of its URL: which scheme it means. The rest is as in Godot 4.

/**
 * The URL for Godot 4's connect_to_url. Everything that is not `wss://` means `ws://`: `http://`, `https://`, a scheme
 * that nobody knows, and none.
 */
export function webSocketUrl(url: string): string {
  const mark = url.indexOf('://');
  const scheme = mark < 0 ? '' : url.slice(0, mark);
  if (mark < 0 || /[/?#@]/.test(scheme)) return `ws://${url}`;
  return `${scheme.toLowerCase() === 'wss' ? 'wss' : 'ws'}://${url.slice(mark + 3)}`;
}

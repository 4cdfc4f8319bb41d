// Schemes of URLs in Godot 3's connect_to_url. The rest of a URL is handled as in Godot 4.

/**
 * The URL for Godot 4's connect_to_url. Everything but `wss://` means `ws://`: `http://`, `https://`, an unknown
 * scheme, and none.
 */
export function webSocketUrl(url: string): string {
  const mark = url.indexOf('://');
  const scheme = mark < 0 ? '' : url.slice(0, mark);
  if (mark < 0 || /[/?#@]/.test(scheme)) return `ws://${url}`;
  return `${scheme.toLowerCase() === 'wss' ? 'wss' : 'ws'}://${url.slice(mark + 3)}`;
}

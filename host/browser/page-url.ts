// What connect_to_url makes of its URL in a page. Scheme, user information and port follow the rules of ../protocol/url.ts;
// names and percent-encoding are left to the browser's own URL, which its WebSocket would ask anyway.

/** `[ws://|wss://][user[:password]@]host[:port][/path][?query][#fragment]`: scheme, host, port, path with query. */
const PARTS =
  /^(?:(wss?):\/\/)?(?:[^@/?#]*@)?(\[[\da-f:.]+\]|[^\s#/:<>?@[\\\]^|%]+)(?::\+?(\d+))?([/?][^#]*)?(?:#.*)?$/is;

/** What a URL must look like, for messages. */
export const URL_SHAPE = '[ws://|wss://]host[:port][/path][?query]';

/** The URL to ask the browser for, without user information and fragment; null when it is none of a WebSocket. */
export function pageUrl(url: string): string | null {
  try {
    const [, scheme = 'ws', host, port = '', target = ''] = PARTS.exec(url) as RegExpExecArray; // null throws, too
    const asked = new URL(`${scheme}://${host}:${port}${target}`);
    return asked.port === '0' ? null : asked.href;
  } catch {
    return null;
  }
}

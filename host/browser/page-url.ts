// URL parser of connect_to_url in a page. Scheme, user information and port follow the rules of ../protocol/url.ts;
// names and percent-encoding are left to the browser's URL class, which its WebSocket applies anyway.

/** `[ws://|wss://][user[:password]@]host[:port][/path][?query][#fragment]`: scheme, host, port, path with query. */
const PARTS =
  /^(?:(wss?):\/\/)?(?:[^@/?#]*@)?(\[[\da-f:.]+\]|[^\s#/:<>?@[\\\]^|%]+)(?::\+?(\d+))?([/?][^#]*)?(?:#.*)?$/is;

/** Form of a valid URL, for messages. */
export const URL_SHAPE = '[ws://|wss://]host[:port][/path][?query]';

/** The URL for the browser's WebSocket, without user information and fragment; null when `url` is invalid. */
export function pageUrl(url: string): string | null {
  try {
    const [, scheme = 'ws', host, port = '', target = ''] = PARTS.exec(url) as RegExpExecArray; // null throws, too
    const asked = new URL(`${scheme}://${host}:${port}${target}`);
    return asked.port === '0' ? null : asked.href;
  } catch {
    return null;
  }
}

// A request that an HTTP server has read already, as the bytes that it came in: so there is one judge of requests.

/** What Node's HTTP servers give to those who listen to `upgrade`. */
export interface UpgradeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly httpVersion: string;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
}

/** The head of `request`, and `rest`, which came behind it. */
export function encodeUpgrade(request: UpgradeRequest, rest: Uint8Array): Uint8Array {
  const { httpVersion, method = 'GET', rawHeaders, url = '/' } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`);
  }
  const head = `${lines.join('\r\n')}\r\n\r\n`;
  const bytes = new Uint8Array(head.length + rest.length);
  for (let index = 0; index < head.length; index += 1) bytes[index] = head.charCodeAt(index); // latin1, as it was read
  bytes.set(rest, head.length);
  return bytes;
}

// Re-encoding of a request that an HTTP server has parsed, so that all requests pass the same checks.

/** The request in the `upgrade` event of Node's HTTP servers, as far as it is used. */
export interface UpgradeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly httpVersion: string;
  /** Names and values alternating, as received. */
  readonly rawHeaders: readonly string[];
}

/** The bytes of `request`'s head, followed by `rest`, the bytes received after it. */
export function encodeUpgrade(request: UpgradeRequest, rest: Uint8Array): Uint8Array {
  const { httpVersion, method = 'GET', rawHeaders, url = '/' } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`);
  }
  const head = `${lines.join('\r\n')}\r\n\r\n`;
  const bytes = new Uint8Array(head.length + rest.length);
  for (let index = 0; index < head.length; index += 1) bytes[index] = head.charCodeAt(index); // latin1, as Node does
  bytes.set(rest, head.length);
  return bytes;
}

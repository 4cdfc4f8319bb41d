// The servers in docs/recipes/authentication.md: who gets in, and what those who don't are told.
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { WebSocketPeer } from '../../../host/index.js';
import { until } from '../../helpers/game.js';
import { answer, isBuilt, programsOf, type Running, usePrograms } from '../../helpers/programs.js';
import { replaced } from '../../helpers/proxies.js';
import { useReports } from '../../helpers/reports.js';

const [cookie, token, message] = programsOf('docs/recipes/authentication.md');
const programs = usePrograms();
useReports();

interface End {
  readonly code: number;
  readonly reason: string;
  readonly status: number;
}

/** How a connection ends that the server does not want. */
async function ended(peer: WebSocketPeer): Promise<End> {
  await until(() => {
    peer.poll();
    return peer.get_ready_state() === WebSocketPeer.STATE_CLOSED;
  }, 'the end');
  const status = peer.get_failure()?.http_status ?? 0;
  return { code: peer.get_close_code(), reason: peer.get_close_reason(), status };
}

function dialled({ port }: Running, target: string, headers: readonly string[]): WebSocketPeer {
  const peer = new WebSocketPeer();
  programs.endings.push(() => peer.free());
  peer.handshake_headers = [...headers];
  peer.connect_to_url(`ws://127.0.0.1:${port}${target}`);
  return peer;
}

const refusal = (running: Running, target: string, headers: readonly string[]): Promise<End> =>
  ended(dialled(running, target, headers));

describe.skipIf(!isBuilt)('docs/recipes/authentication.md', () => {
  it('a page logs in and plays with its cookie, and pages of others do not', async () => {
    const running = await programs.run(cookie);
    const origin = `http://127.0.0.1:${running.port}`;
    let page: Response | null = null;
    while (page === null) page = await fetch(origin).catch(() => null);
    expect(await page.text()).toContain('<form>');
    const login = (body: string): Promise<Response> => fetch(`${origin}/login`, { method: 'POST', body });
    for (const wrong of ['{"name":"ada"}', '{"name":"ada","password":"x"}', '{"name":"x"}', '{', '[]']) {
      expect((await login(wrong)).status).toBe(401);
    }
    expect((await login(JSON.stringify({ name: 'x'.repeat(1024) }))).status).toBe(413);
    const { status, headers } = await login('{"name":"ada","password":"secret"}');
    const [session] = (headers.get('set-cookie') ?? '').split(';');
    expect([status, session]).toEqual([204, expect.stringMatching(/^session=[0-9a-f]{32}$/)]);
    const own = `Origin: ${origin}`;
    expect(await answer(await programs.opened(running.port, '/', [own, `Cookie: a=b; ${session}`]))).toBe(
      'welcome, ada',
    );
    expect(await refusal(running, '/', [own])).toEqual({ code: 4401, reason: 'log in first', status: 0 });
    expect(await refusal(running, '/', [own, 'Cookie: session=constructor'])).toMatchObject({ code: 4401 });
    const evil = await refusal(running, '/', ['Origin: https://evil.example', `Cookie: ${session}`]);
    expect(evil).toEqual({ code: -1, reason: '', status: 403 });
  });

  it.each([
    ['when it has expired', '12];', '0];'],
    ['when too many have logged in since', '10_000', '1'],
  ])('a page whose login is forgotten %s has to log in again', async (_, from, to) => {
    const running = await programs.run(replaced(cookie, [[from, to]]));
    const origin = `http://127.0.0.1:${running.port}`;
    const body = '{"name":"ada","password":"secret"}';
    const login = (): Promise<Response | null> => fetch(`${origin}/login`, { method: 'POST', body }).catch(() => null);
    let first: Response | null = null;
    while (first === null) first = await login();
    await login();
    const [session] = (first.headers.get('set-cookie') ?? '').split(';');
    const refused = await refusal(running, '/', [`Origin: ${origin}`, `Cookie: ${session}`]);
    expect(refused).toEqual({ code: 4401, reason: 'log in first', status: 0 });
  });

  it('a signed token lets in until it expires, from a header or the URL, and no other does', async () => {
    const shared = 'a secret that both servers have, of 32 bytes or more';
    const running = await programs.run(replaced(token, [['crypto.randomUUID()', `'${shared}'`]]));
    await until(() => running.out().includes('\n'), 'the token');
    const good = running.out().trim();
    expect(await answer(await programs.opened(running.port, '/', [`Authorization: Bearer ${good}`]))).toBe(
      'welcome, Ada',
    );
    expect(await answer(await programs.opened(running.port, `/?token=${good}`))).toBe('welcome, Ada');
    const secret = new TextEncoder().encode(shared);
    const signed = (audience: string, end: number | null, key = secret): Promise<string> => {
      const made = new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setSubject('Eve').setAudience(audience);
      return (end === null ? made : made.setExpirationTime(end)).sign(key);
    };
    const now = Math.floor(Date.now() / 1000);
    const page = ['Origin: https://game.example'];
    for (const [bad, reason] of [
      ['', 'ERR_JWS_INVALID'],
      [await signed('game', now - 10), 'ERR_JWT_EXPIRED'],
      [await signed('game', null), 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
      [await signed('other', now + 60), 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
      [await signed('game', now + 60, secret.slice(1)), 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
    ]) {
      expect(await refusal(running, `/?token=${bad}`, page)).toEqual({ code: 4401, reason, status: 0 });
      expect(await refusal(running, `/?token=${bad}`, [])).toEqual({ code: -1, reason: '', status: 401 });
    }
    const short = dialled(running, `/?token=${await signed('game', now + 2)}`, page);
    expect(await ended(short)).toMatchObject({ code: 4401, reason: expect.stringMatching(/expired|EXPIRED/) });
  });

  it('a login while connected has to come in time, and to be right', async () => {
    const program = replaced(message, [
      ['= [5, 100]', '= [1, 1]'],
      ['return peer.send_text(`', 'return console.log("by", name) ?? peer.send_text(`'],
    ]);
    const running = await programs.run(program);
    const silent = await programs.opened(running.port);
    expect(await ended(silent)).toMatchObject({ code: 4408, reason: 'no login' });
    const wrong = await programs.opened(running.port); // there is room for one stranger: the silent one has made it
    wrong.send_text('guess');
    wrong.send_text('t0k3n'); // too late
    expect(await ended(wrong)).toMatchObject({ code: 4401, reason: 'who is that?' });
    expect(wrong.get_available_packet_count()).toBe(0);
    for (let player = 0; player < 2; player += 1) {
      const right = await programs.opened(running.port); // players are no strangers
      right.send_text('t0k3n');
      expect(await answer(right)).toBe('welcome, Ada');
      right.send_text('hello');
      expect(await answer(right)).toBe('Ada said hello');
    }
    expect(running.out()).toBe('by Ada\nby Ada\n'); // nothing of the second guess
  });
});

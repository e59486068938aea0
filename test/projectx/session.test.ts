// Token life and REST answers against a hand-made gateway, hours fast-forwarded.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { OpsError } from '../../src/domain/errors.ts';
import { makeLog } from '../../src/log.ts';
import { Meter } from '../../src/projectx/meter.ts';
import { GatewayRest, type ReadPath } from '../../src/projectx/rest.ts';
import { Session } from '../../src/projectx/session.ts';
import { startTuning, type Tuning } from '../../src/projectx/tuning.ts';
import { FakeClock } from '../fakes/clock.ts';
import { makeToken, ok, startFakeGateway, until, type FakeGateway } from './fake-gateway.ts';

let gateway: FakeGateway;
beforeEach(async () => {
  gateway = await startFakeGateway();
});
afterEach(() => gateway.stop());

function make(tuning: Partial<Tuning> = {}) {
  const clock = new FakeClock(Date.now());
  const whole = { ...startTuning, ...tuning };
  const meter = new Meter(clock, whole);
  const rest = new GatewayRest({ apiUrl: gateway.apiUrl, clock, meter, tuning: whole });
  const session = new Session({
    username: 'trader',
    apiKey: 'the-api-key',
    rest,
    clock,
    tuning: whole,
    log: makeLog('silent'),
    changed: () => undefined,
  });
  const read = (path: ReadPath = 'Account/search') =>
    rest.read(path, {}, { bearer: session, purpose: 'diagnosis' });
  return { clock, meter, rest, session, read };
}

/** Fast-forwarding hours must not run out the time of a call that is really on its way. */
const patient = { restTimeoutMs: 100 * 3_600_000 };
const logins = () => gateway.calls.filter(({ path }) => path === 'Auth/loginKey').length;
const kindOf = (session: Session): string => session.state.kind;
const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no error',
    (error: unknown) => (error instanceof OpsError ? error.code : String(error)),
  );

it('callers at the same time share one login, sent as the gateway wants it', async () => {
  const { read, session } = make();
  await Promise.all([read(), read(), read(), session.token()]);
  expect(logins()).toBe(1);
  expect(gateway.calls[0]).toMatchObject({
    path: 'Auth/loginKey',
    body: { userName: 'trader', apiKey: 'the-api-key' },
  });
});

it('reads the life of the token from its exp and renews it by validate two hours before the end', async () => {
  const { clock, session } = make(patient);
  await session.token();
  const first = session.state.kind === 'active' ? (session.state.expiresAt ?? 0) : 0;
  expect(Math.abs(first - Date.now() - 24 * 3_600_000)).toBeLessThan(5000);
  await clock.forward(21.9 * 3_600_000);
  expect(gateway.calls.some(({ path }) => path === 'Auth/validate')).toBe(false);
  gateway.rest['Auth/validate'] = () => ok({ newToken: makeToken(46 * 3_600_000) });
  await clock.forward(0.2 * 3_600_000);
  await until('renewed', () => session.state.kind === 'active' && session.state.renewedAt !== undefined);
  expect(session.state).toMatchObject({ kind: 'active' });
  expect(logins()).toBe(1);
});

it('where validate gives the old token back, a new login lengthens the life', async () => {
  const { clock, session } = make(patient);
  const token = await session.token();
  gateway.rest['Auth/validate'] = () => ok({ newToken: token });
  gateway.rest['Auth/loginKey'] = () => ok({ token: makeToken(46 * 3_600_000) });
  await clock.forward(22.1 * 3_600_000);
  await until(
    'logged in again',
    () => session.state.kind === 'active' && session.state.renewedAt !== undefined,
  );
  expect(logins()).toBe(2);
});

it('a renewal that fails is told while the token lives, and the end is told as expired with its cause', async () => {
  const { clock, session } = make(patient);
  await session.token();
  gateway.rest['Auth/validate'] = () => ({ status: 503 });
  gateway.rest['Auth/loginKey'] = () => ({ status: 503 });
  await clock.forward(22.1 * 3_600_000);
  await until('told', () => session.state.kind === 'active' && session.state.renewalError !== undefined);
  for (let step = 0; step < 40 && kindOf(session) === 'active'; step += 1) {
    await clock.forward(4 * 60_000);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await until('expired', () => kindOf(session) === 'expired');
  expect(session.state).toMatchObject({ kind: 'expired', why: expect.stringContaining('503') as string });
  gateway.rest['Auth/loginKey'] = () => ok({ token: makeToken(48 * 3_600_000) });
  for (let step = 0; step < 40 && kindOf(session) !== 'active'; step += 1) {
    await clock.forward(31_000);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await until('active', () => kindOf(session) === 'active');
});

it.each([
  [3, /API key/],
  [7, /agreements/],
  [9, /no API subscription/],
  [10, /switched off/],
])('login code %i is told in plain words', async (code, words) => {
  gateway.rest['Auth/loginKey'] = () => ({
    body: { token: null, success: false, errorCode: code, errorMessage: null },
  });
  const { session } = make();
  expect(await codeOf(session.token())).toBe('gateway-refused');
  expect(session.state).toMatchObject({
    kind: 'refused',
    code,
    reason: expect.stringMatching(words) as string,
  });
  expect(await codeOf(session.token())).toBe('gateway-unauthorized');
  expect(logins()).toBe(1);
});

it.each([
  [{ status: 429 }, /HTTP 429/],
  [{ status: 503 }, /HTTP 503/],
] as const)(
  'a login that is answered with %o was not refused: there is no session yet, and why',
  async (answer, why) => {
    gateway.rest['Auth/loginKey'] = () => answer;
    const { session } = make();
    const { sinceAt } = session.state;
    await expect(session.token()).rejects.toThrow();
    expect(session.state).toMatchObject({ kind: 'none', sinceAt, why: expect.stringMatching(why) as string });
  },
);

it('a login that is answered with 401 is refused, without a code', async () => {
  gateway.rest['Auth/loginKey'] = () => ({ status: 401 });
  const { session } = make();
  await expect(session.token()).rejects.toThrow();
  expect(session.state).toMatchObject({ kind: 'refused', code: 0 });
});

it('a 401 costs one login and one more try, not a loop', async () => {
  gateway.rest['Account/search'] = () => ({ status: 401 });
  const { read } = make();
  expect(await codeOf(read())).toBe('gateway-unauthorized');
  expect(logins()).toBe(2);
  expect(gateway.calls.filter(({ path }) => path === 'Account/search')).toHaveLength(2);
});

it.each([
  [{ body: '{"accounts":[],"success":true,"errorCode":0,"errorMessage":null}' }, 'no error', 'ok'],
  [{ body: { success: false, errorCode: 1, errorMessage: null } }, 'gateway-refused', 'refused'],
  [{ body: { accounts: [] } }, 'gateway-bad-answer', 'bad-answer'],
  [{ body: '<html>maintenance</html>' }, 'gateway-bad-answer', 'bad-answer'],
  [{ body: '[]' }, 'gateway-bad-answer', 'bad-answer'],
  [{ status: 503, body: 'down' }, 'gateway-unreachable', 'server-error'],
  [{ status: 400, body: { title: 'bad' } }, 'gateway-refused', 'refused'],
  [{ status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'gateway-bad-answer', 'bad-answer'],
  [{ status: 429, headers: { 'retry-after': '7' } }, 'gateway-rate-limited', 'rate-limited'],
] as const)('the answer %j ends as %s', async (answer, code, outcome) => {
  gateway.rest['Account/search'] = () => answer;
  const { read, rest } = make();
  expect(await codeOf(read())).toBe(code);
  expect(rest.records().at(-1)).toMatchObject({ path: 'Account/search', outcome });
});

it('a 429 pauses our own calls for what it asked', async () => {
  gateway.rest['Account/search'] = () => ({ status: 429, headers: { 'retry-after': '7' } });
  const { clock, read, meter, session } = make();
  await codeOf(read());
  const sentBefore = gateway.calls.length;
  const next = codeOf(read('Trade/search'));
  await clock.forward(6900);
  expect(gateway.calls).toHaveLength(sentBefore);
  await clock.forward(200);
  expect(await next).toBe('no error');
  expect(meter.view().tooMany).toMatchObject([{ path: 'Account/search', retryAfterMs: 7000 }]);
  expect(kindOf(session)).toBe('active');
});

it.each(['99999999999', '1e300', 'Wed, 21 Oct 2099 07:28:00 GMT'])(
  'a 429 that asks for a pause of %s is heeded for a quarter of an hour, not for ever',
  async (asked) => {
    gateway.rest['Account/search'] = () => ({ status: 429, headers: { 'retry-after': asked } });
    const { clock, read, meter } = make();
    await codeOf(read());
    expect(meter.pausedUntil - clock.now()).toBe(15 * 60_000);
  },
);

it('an answer that does not come is a timeout, a gateway that is not there is unreachable', async () => {
  gateway.rest['Account/search'] = () => ({ hang: true });
  const { clock, read, rest } = make();
  const asked = codeOf(read());
  await until('asked', () => gateway.calls.some(({ path }) => path === 'Account/search'));
  await clock.forward(10_001);
  expect(await asked).toBe('gateway-timeout');
  const signal = new AbortController().signal;
  await gateway.stop();
  expect(await rest.ping(signal)).toMatchObject({
    outcome: 'unreachable',
    detail: expect.stringContaining('ECONNREFUSED') as string,
  });
  gateway = await startFakeGateway();
});

it('pings asked at the same moment share one call, and say what came', async () => {
  const { clock, rest } = make();
  const { signal } = new AbortController();
  const answers = await Promise.all([rest.ping(signal), rest.ping(signal)]);
  expect(answers.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
  await rest.ping(signal);
  expect(gateway.calls).toHaveLength(1);
  await clock.forward(3000);
  gateway.rest['Status/ping'] = () => ({ body: 'come back later' });
  expect(await rest.ping(signal)).toMatchObject({ outcome: 'bad-answer' });
});

it('no path outside the closed list of reads can be asked, whatever is cast', async () => {
  const { read } = make();
  for (const path of [
    'Order/place',
    'Order/cancel',
    'Order/modify',
    'Position/closeContract',
    'Auth/logout',
  ]) {
    expect(await codeOf(read(path as ReadPath))).toBe('bug');
  }
  expect(gateway.calls).toHaveLength(0);
});

it('a gateway that refuses even the token it has just issued has no session to give, until a call goes through', async () => {
  const { clock, session, read } = make();
  await read();
  gateway.rest['Account/search'] = () => ({ status: 401 });
  expect(await codeOf(read())).toBe('gateway-unauthorized');
  expect(kindOf(session)).toBe('active');
  expect(await codeOf(read())).toBe('gateway-unauthorized');
  expect(session.state).toMatchObject({
    kind: 'expired',
    why: 'the gateway takes no token (401), not even one it has just issued',
  });
  const since = session.state.sinceAt;
  await clock.forward(6_000);
  expect(await codeOf(read())).toBe('gateway-unauthorized');
  expect(logins()).toBe(3);
  await clock.forward(30_000);
  expect(await codeOf(read())).toBe('gateway-unauthorized');
  expect(session.state).toMatchObject({ kind: 'expired', sinceAt: since });
  expect(logins()).toBe(4);
  gateway.rest['Account/search'] = () => ok({ accounts: [] });
  await read();
  expect(kindOf(session)).toBe('active');
});

it('one call that is never allowed ends no session, as long as others go through', async () => {
  const { session, read } = make();
  gateway.rest['Order/v2/query'] = () => ({ status: 403 });
  for (let turn = 0; turn < 3; turn += 1) {
    expect(await codeOf(read('Order/v2/query'))).toBe('gateway-unauthorized');
    await read();
    expect(kindOf(session)).toBe('active');
  }
});

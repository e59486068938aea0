// REST answers of the gateway: a login that polls for weeks of virtual time is answered what no gateway should answer, then rightly again.
import fc from 'fast-check';
import { loadDetectors, loadDiagnostics } from '../../src/catalogue.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { makeLog } from '../../src/log.ts';
import { openLogin, type LiveLogin } from '../../src/projectx/live-login.ts';
import { FakeClock, settle } from '../../test/fakes/clock.ts';
import { makeToken, mnq, practice } from '../../test/projectx/fake-gateway.ts';
import { examined } from './examined.ts';
import { chunks, clear, silent, Tally, type Ground } from './ground.ts';
import { canaries, mutantTexts } from './hostile.ts';

const minute = 60_000;
/** Longer than any pause of ours may last, whatever a gateway asked for. */
const healsWithinMs = 30 * minute;

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a sound gateway says to each question, as of this instant. */
function right(path: string, now: number, mark: number): unknown {
  const at = new Date(now).toISOString();
  /** A day of the gateway's time, which is not ours. */
  const token = makeToken(now - Date.now() + 24 * 3_600_000);
  const position = {
    id: 501 + mark,
    accountId: practice.id,
    contractId: mnq.id,
    creationTimestamp: at,
    type: 1,
    size: 3,
    averagePrice: 25_411.25,
  };
  const order = {
    id: 31,
    accountId: practice.id,
    contractId: mnq.id,
    creationTimestamp: at,
    updateTimestamp: at,
    status: 1,
    type: 4,
    side: 1,
    size: 3,
    limitPrice: null,
    stopPrice: 25_300,
    fillVolume: 0,
  };
  const fill = {
    id: 77,
    accountId: practice.id,
    contractId: mnq.id,
    creationTimestamp: at,
    price: 25_411.25,
    profitAndLoss: null,
    fees: 0.37,
    side: 0,
    size: 3,
    voided: false,
    orderId: 30,
  };
  const bar = {
    t: new Date(now - 2 * minute).toISOString(),
    o: 25_411,
    h: 25_412,
    l: 25_410,
    c: 25_411.25,
    v: 9,
  };
  const payloads: Readonly<Record<string, Record<string, unknown>>> = {
    'Auth/loginKey': { token },
    'Auth/validate': { newToken: token },
    'Account/search': { accounts: [{ ...practice, balance: 40_000 + mark }] },
    'Contract/search': { contracts: [mnq] },
    'Contract/available': { contracts: [mnq] },
    'Position/searchOpen': { positions: [position] },
    'Order/searchOpen': { orders: [order] },
    'Order/v2/query': { orders: [order], totalCount: 1 },
    'Order/search': { orders: [order] },
    'Trade/search': { trades: [fill] },
    'History/retrieveBars': { bars: [bar] },
  };
  return { ...payloads[path], success: true, errorCode: 0, errorMessage: null };
}

const replies = fc.record({
  status: fc.oneof(
    { weight: 12, arbitrary: fc.constant(200) },
    { weight: 4, arbitrary: fc.constantFrom(204, 301, 400, 401, 403, 404, 429, 500, 503, 599) },
  ),
  headers: fc.oneof(
    { weight: 4, arbitrary: fc.constant<Record<string, string>>({}) },
    {
      weight: 1,
      arbitrary: fc.record({
        'retry-after': fc.constantFrom(
          '0',
          '-5',
          '1e300',
          '99999999999',
          'NaN',
          'Wed, 21 Oct 2099 07:28:00 GMT',
          'soon',
        ),
        date: fc.constantFrom('', 'yesterday', 'Thu, 01 Jan 1970 00:00:00 GMT', '9'.repeat(300)),
      }),
    },
  ),
});

export const answers: Ground = {
  name: 'REST answers',
  async run(cases, seed) {
    const tally = new Tally('REST answers');
    const before = globalThis.fetch;
    const stage = await openStage();
    try {
      let drawn = seed;
      for (const batch of chunks(replies, cases, seed)) {
        let left = batch.length;
        const next = (path: string): Reply | undefined => {
          const reply = batch[batch.length - left];
          if (reply === undefined) return undefined;
          left -= 1;
          drawn += 1;
          const [text = ''] = fc.sample(mutantTexts([right(path, stage.now(), 0)]), {
            numRuns: 1,
            seed: drawn,
          });
          tally.count(`answered ${reply.status === 200 ? '200' : 'otherwise'}`);
          return { ...reply, text };
        };
        await stage.hears(next, () => left);
        await stage.heals(drawn);
        tally.sound();
      }
    } finally {
      globalThis.fetch = before;
      await stage.stop();
    }
    return tally.outcome;
  },
};

async function openStage() {
  const clock = new FakeClock(Date.now());
  const lines: string[] = [];
  const [diagnostics, detectors] = await Promise.all([loadDiagnostics(), loadDetectors()]);
  let mark = 0;
  let hostile: (path: string) => Reply | undefined = () => undefined;
  globalThis.fetch = (input) => {
    const path = (input as string).replace('http://gateway.test/api/', '');
    const sound = (): Reply => ({
      status: 200,
      headers: {},
      text: path === 'Status/ping' ? 'pong' : JSON.stringify(right(path, clock.now(), mark)),
    });
    const { status, text, headers } = hostile(path) ?? sound();
    // Without the streams of a true Response, which virtual time cannot wait for.
    const response: unknown = { status, headers: new Headers(headers), text: () => Promise.resolve(text) };
    return Promise.resolve(response as Response);
  };
  const login: LiveLogin = openLogin({
    spec: {
      name: 'desk',
      username: 'trader',
      apiKeyEnv: 'KEY',
      apiUrl: 'http://gateway.test/api',
      userHubUrl: 'http://gateway.test/user',
      marketHubUrl: 'http://gateway.test/market',
      suites: [
        {
          name: 'mnq',
          login: 'desk',
          instrument: 'MNQ',
          account: practice.name,
          observe: 'rest',
          timeframes: ['1min'],
          depth: false,
        },
      ],
    },
    apiKey: canaries[0],
    worker: 'fuzz',
    clock,
    log: makeLog('debug', (line) => lines.push(line)),
    thresholds: startThresholds,
    tuning: { random: () => 0.5 },
  });
  login.start();
  const healthy = (): boolean => {
    const { session, suites } = login.view();
    const [suite] = suites;
    return (
      session.kind === 'active' &&
      suite?.contract?.tickSize.num === 1 &&
      suite.contractProblem === undefined &&
      suite.accountProblem === undefined &&
      suite.account?.balance?.eq(40_000 + mark) === true &&
      suite.position?.id === String(501 + mark)
    );
  };
  return {
    now: () => clock.now(),
    async hears(next: typeof hostile, left: () => number): Promise<void> {
      hostile = next;
      while (left() > 0) {
        const before = left();
        // A login that waits as it was asked to says nothing for a while, but not for ever.
        for (let waited = 0; left() === before; waited += minute) {
          if (waited > healsWithinMs)
            throw new Error(`the login asked nothing for ${waited / minute} min: ${state(login)}`);
          await clock.forward(minute);
        }
      }
      hostile = () => undefined;
      await examined(login.view(), diagnostics, detectors, clock.now());
      const { suites, session } = login.view();
      const problems = suites.flatMap(({ contractProblem, accountProblem }) => [
        contractProblem,
        accountProblem,
      ]);
      for (const problem of problems) if (problem !== undefined) clear(problem, 'a problem of a suite');
      if (session.kind === 'refused') clear(session.reason, 'why the login was refused');
    },
    async heals(next: number): Promise<void> {
      mark = next % 100_000;
      for (let waited = 0; !healthy(); waited += minute) {
        if (waited > healsWithinMs)
          throw new Error(`not well ${waited / minute} min after it: ${state(login)}`);
        await clock.forward(minute);
      }
      await examined(login.view(), diagnostics, detectors, clock.now());
      silent(lines.splice(0).join('\n'), 'the log');
      await settle();
    },
    stop: () => login.close(),
  };
}

function state(login: LiveLogin): string {
  const { session, suites, rest } = login.view();
  return JSON.stringify([
    session,
    suites[0]?.contractProblem,
    suites[0]?.account,
    suites[0]?.position,
    rest.slice(-3),
  ]);
}

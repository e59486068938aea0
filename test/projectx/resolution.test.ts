// What a login asks to find its contracts: one by one where they are few, all at once where that would spend the share.
import { expect, it } from 'vitest';
import { mnq, ok, until } from './fake-gateway.ts';
import { suite, useBench } from './login-bench.ts';

const bench = useBench();
const roots = Array.from(
  { length: 30 },
  (_, n) => `Q${String.fromCharCode(65 + (n % 26))}${n < 26 ? 'A' : 'B'}`,
);
const contracts = roots.map((root) => ({
  ...mnq,
  id: `CON.F.US.${root}.Z26`,
  name: `${root}Z6`,
  symbolId: `F.US.${root}`,
}));
const many = roots.map((root) => ({ ...suite, name: root.toLowerCase(), instrument: root, depth: false }));

it('thirty instruments are found in one call, so that orders and positions are read within the first minute', async () => {
  const { gateway, open } = bench();
  gateway.rest['Contract/available'] = () => ok({ contracts });
  const login = open(many);
  await until('flat', () => login.view().suites.every(({ exposure }) => exposure.kind === 'flat'));
  expect(gateway.calls.filter(({ path }) => path.startsWith('Contract/')).map(({ path }) => path)).toEqual([
    'Contract/available',
  ]);
  expect(login.view().suites.map(({ contract }) => contract?.name)).toEqual(
    contracts.map(({ name }) => name),
  );
});

it('of thirty instruments one that is not listed is searched for, and told where there is none', async () => {
  const { gateway, open } = bench();
  gateway.rest['Contract/available'] = () => ok({ contracts: contracts.slice(1) });
  gateway.rest['Contract/search'] = () => ok({ contracts: [] });
  const login = open(many);
  await until('the problem', () => login.view().suites[0]?.contractProblem !== undefined);
  expect(login.view().suites[0]?.contractProblem).toMatch(/knows no contract for QAA/);
  expect(login.view().suites[1]?.contract?.name).toBe('QBAZ6');
});

it('where the list cannot be read each suite says so, and it is asked again', async () => {
  const { gateway, open } = bench();
  let asked = 0;
  gateway.rest['Contract/available'] = () => ((asked += 1) === 1 ? { status: 500 } : ok({ contracts }));
  const login = open(many, { tuning: { resolveRetryMs: [50] } });
  await until('found', () => login.view().suites.every(({ contract }) => contract !== undefined));
  expect(asked).toBeGreaterThan(1);
  expect(login.view().suites.map(({ contractProblem }) => contractProblem)).toEqual(
    many.map(() => undefined),
  );
});

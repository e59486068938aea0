// Many of an account, by id and by contract: what is asked for is always what is kept.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByContract } from '../../src/projectx/by-contract.ts';

interface Thing {
  readonly contractId: string;
  readonly told: number;
}

const deed = fc.record({
  does: fc.constantFrom('set', 'delete', 'ask'),
  id: fc.constantFrom('1', '2', '3', '4', '5'),
  contractId: fc.constantFrom('MNQ', 'ES', 'CL'),
});

it('tells of each contract what a plain search would, whatever was set, moved and deleted before', () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 60 }), (deeds) => {
      const things = new ByContract<Thing>();
      const plain = new Map<string, Thing>();
      for (const [told, { does, id, contractId }] of deeds.entries()) {
        const thing = { contractId, told };
        if (does === 'set') {
          things.set(id, thing);
          plain.set(id, thing);
        } else if (does === 'delete') {
          things.delete(id);
          plain.delete(id);
        }
        expect(things.of(contractId)).toEqual(
          [...plain.values()].filter((one) => one.contractId === contractId),
        );
      }
      expect([...things.entries()]).toEqual([...plain]);
      expect([things.size, things.oldest]).toEqual([plain.size, plain.keys().next().value]);
    }),
  );
});

it('leaves a list that was given out as it was', () => {
  const things = new ByContract<Thing>();
  things.set('1', { contractId: 'MNQ', told: 1 });
  const before = things.of('MNQ');
  things.set('2', { contractId: 'MNQ', told: 2 });
  expect([before.length, things.of('MNQ').length]).toEqual([1, 2]);
});

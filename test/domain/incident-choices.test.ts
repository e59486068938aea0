// What is offered while somebody types which incident is meant.
import { expect, it } from 'vitest';
import { incidentChoices } from '../../src/domain/incident-choices.ts';
import { alert, incident } from '../discord/desk.ts';

it('an incident is found by what it is called now and by what its thread is called, which is its root', () => {
  const known = [
    {
      incident: incident({
        id: '12',
        alerts: [
          { alert: alert(), recovery: { at: 0, missed: [], proof: 'it flows' } },
          { alert: alert({ key: 'feed', title: 'Feed mute' }), recovery: undefined },
        ],
      }),
      refs: {},
    },
  ];
  for (const typed of ['feed', 'market hub', '#12'])
    expect(incidentChoices(known, typed)).toEqual([{ name: '#12 triggered · Feed mute', value: '12' }]);
  expect(incidentChoices(known, 'token')).toEqual([]);
});

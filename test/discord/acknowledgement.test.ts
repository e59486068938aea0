// Whose acknowledgement stands there already: this bot's, whose answer was lost, or another's.
import { InteractionResponseType } from 'discord-api-types/v10';
import { DiscordAPIError, HTTPError, REST } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { Acknowledgements } from '../../src/discord/acknowledgement.ts';
import { makeLog } from '../../src/log.ts';
import { FakeClock } from '../fakes/clock.ts';

const standsThere = (): Error =>
  new DiscordAPIError({ code: 40_060, message: 'already acknowledged' }, 40_060, 400, 'POST', 'x', {});
const trouble = (): Error => new HTTPError(503, 'Service Unavailable', 'POST', 'x', {});
const unsent = (): Error => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

class Scripted extends REST {
  readonly #failures: Error[];

  constructor(failures: readonly Error[]) {
    super({ hashSweepInterval: 0, handlerSweepInterval: 0 });
    this.#failures = [...failures];
  }

  override post(): Promise<unknown> {
    const failure = this.#failures.shift();
    return failure === undefined ? Promise.resolve(undefined) : Promise.reject(failure);
  }
}

async function outcomeOf(mine: boolean | undefined, ...failures: readonly Error[]): Promise<string> {
  const clock = new FakeClock(0);
  const acknowledgements = new Acknowledgements(new Scripted(failures), clock, makeLog('silent'));
  const type = InteractionResponseType.DeferredChannelMessageWithSource;
  const outcome = acknowledgements.send({ id: '1', token: 't' }, { type }, Promise.resolve(mine));
  await clock.forward(3_000);
  return outcome;
}

describe('an interaction that is acknowledged already', () => {
  it('is another bot’s where no try of this one can have arrived and Redis does not say whose it is', async () => {
    expect(await outcomeOf(undefined, standsThere())).toBe('elsewhere');
    expect(await outcomeOf(undefined, unsent(), standsThere())).toBe('elsewhere');
  });

  it('is this one’s where an earlier try may have arrived', async () => {
    expect(await outcomeOf(undefined, trouble(), standsThere())).toBe('acknowledged');
  });

  it('is this one’s to answer where Redis says so, whoever was first', async () => {
    expect(await outcomeOf(true, standsThere())).toBe('acknowledged');
  });

  it('is not even asked about where Redis says that it is another’s', async () => {
    expect(await outcomeOf(false, trouble())).toBe('elsewhere');
  });
});

// Dead letters: sent again once however often it is asked, dismissed, bounded, and nothing in them that this desk did not write.
import { expect, it } from 'vitest';
import { OpsError } from '../../src/domain/errors.ts';
import type { DeadLetter } from '../../src/domain/letter.ts';
import { serveAnswers } from '../../src/queue/answers.ts';
import { serveAsks } from '../../src/queue/asks.ts';
import { bury, letterBox, letterOf } from '../../src/queue/dead-letters.ts';
import { incidentStore } from '../../src/queue/incident-store.ts';
import { keys } from '../../src/queue/keys.ts';
import { servePosts } from '../../src/queue/outbox.ts';
import type { RedisLink } from '../../src/queue/redis.ts';
import { taskBoard } from '../../src/queue/task-board.ts';
import { aNote, anIncident, aPage, aTicket } from '../fixtures/incidents.ts';
import { onEachRedis, until } from '../fixtures/redis.ts';

const refused = new OpsError('discord-refused', 'missing access', { retryable: false });

onEachRedis('dead letters', (redis) => {
  const lettersOf = async (link: RedisLink): Promise<readonly DeadLetter[]> =>
    (await letterBox(link).list()).letters;
  const put = (link: RedisLink, id: string): Promise<unknown> => {
    const letter = letterOf(link.seal, {
      at: Date.now(),
      what: 'ask',
      id,
      about: `an ask ${id}`,
      why: 'forged',
    });
    return link.run(`${bury('ARGV[1]')}\nreturn 1`, [keys.letters], [letter]);
  };

  it('a message of an incident goes out once, however many send it again at the same moment', async () => {
    const link = await redis.link();
    const seen: string[] = [];
    let mended = false;
    redis.keep(
      servePosts(link, (post) => {
        if (post.id === 'note' && !mended) throw refused;
        seen.push(post.id);
        return Promise.resolve({});
      }),
    );
    const incident = anIncident('1', 'login-1');
    const store = incidentStore(link);
    await store.commit({
      login: incident.login,
      expectedVersion: 0,
      incident,
      posts: [aPage(incident), aNote(incident, 'note')],
    });
    await until(async () => (await lettersOf(link)).length === 1);
    const [letter] = await lettersOf(link);
    expect(letter).toMatchObject({ no: 1, what: 'post', id: 'note', why: 'missing access', again: true });
    mended = true;
    const others = await Promise.all(Array.from({ length: 4 }, () => redis.link()));
    const outcomes = await Promise.all(others.map((other) => letterBox(other).redrive(1)));
    expect([...outcomes].sort()).toEqual(['gone', 'gone', 'gone', 'sent']);
    await until(() => seen.includes('note'));
    await until(async () => (await link.producer.zcard(keys.postsPending)) === 0);
    expect(seen).toEqual(['1-page', 'note']);
    expect(await lettersOf(link)).toEqual([]);
  });

  it('that fails again comes back under a new number', async () => {
    const link = await redis.link();
    redis.keep(
      servePosts(link, () => {
        throw refused;
      }),
    );
    const incident = anIncident('2', 'login-2');
    await incidentStore(link).commit({
      login: incident.login,
      expectedVersion: 0,
      incident,
      posts: [aNote(incident, 'note')],
    });
    await until(async () => (await lettersOf(link)).length === 1);
    const [first] = await lettersOf(link);
    expect(await letterBox(link).redrive(first?.no ?? 0)).toBe('sent');
    await until(async () => (await lettersOf(link)).some(({ no }) => no !== first?.no));
    expect(await lettersOf(link)).toMatchObject([{ id: 'note' }]);
  });

  it('an answer is delivered whole, with what the hosts said, also by the bot that gave it up', async () => {
    const bot = await redis.link();
    redis.keep(
      serveAsks(await redis.link(), 'desk', ({ login }) =>
        Promise.resolve({ kind: 'failed', login, why: 'as seen then' }),
      ),
    );
    const delivered: unknown[] = [];
    let mended = false;
    redis.keep(
      serveAnswers(bot, (ticket, results, missing, why) => {
        if (!mended) throw refused;
        delivered.push([ticket.id, results, missing, why]);
        return Promise.resolve();
      }),
    );
    await taskBoard(bot).submit(aTicket('70', 8_000));
    await until(async () => (await lettersOf(bot)).length === 1);
    const [letter] = await lettersOf(bot);
    // The interaction's token is in what is kept, and cannot be read there.
    const stored = await bot.producer.hgetall(keys.letterParcels);
    expect(Object.keys(stored)).toHaveLength(1);
    expect(JSON.stringify([stored, await bot.producer.hgetall(keys.letters)])).not.toContain('token-of');
    mended = true;
    expect(await letterBox(bot).redrive(letter?.no ?? 0)).toBe('sent');
    expect(await letterBox(bot).redrive(letter?.no ?? 0)).toBe('gone');
    await until(() => delivered.length === 1);
    expect(delivered).toEqual([
      ['70', [{ kind: 'failed', login: 'desk', why: 'as seen then' }], [], 'complete'],
    ]);
    await until(async () => (await bot.producer.zscore(keys.ticketsDone, '70')) !== null);
    expect(await lettersOf(bot)).toEqual([]);
  });

  it('what was refused has nothing to send, and is dismissed once', async () => {
    const link = await redis.link();
    await put(link, 'forged');
    const [letter] = await lettersOf(link);
    expect(letter).toMatchObject({ what: 'ask', about: 'an ask forged', again: false });
    expect(await letterBox(link).redrive(letter?.no ?? 0)).toBe('nothing-to-send');
    expect(await letterBox(link).dismiss(letter?.no ?? 0)).toBe(true);
    expect(await letterBox(link).dismiss(letter?.no ?? 0)).toBe(false);
  });

  it('are the newest two hundred, whatever comes', async () => {
    const link = await redis.link();
    for (let index = 0; index < 230; index += 1) await put(link, String(index));
    const letters = await lettersOf(link);
    expect(letters).toHaveLength(200);
    expect(letters[0]?.id).toBe('229');
    expect(letters.at(-1)?.id).toBe('30');
  });

  it('that somebody else wrote, or changed, are counted and not read out; a changed parcel is not sent', async () => {
    const link = await redis.link();
    await put(link, 'ours');
    const ours = await link.producer.hget(keys.letters, '1');
    await link.producer.hset(keys.letters, '2', '{"about":"Sell everything now","why":"says the desk"}');
    await link.producer.hset(keys.letters, '3', (ours ?? '').replace('forged', 'Forged'));
    const box = letterBox(link);
    expect(await box.list()).toMatchObject({ letters: [{ no: 1 }], unreadable: 2 });
    for (const parcel of [
      '{',
      '{"kind":"answer","ready":"{}"}',
      '{"kind":"post","incident":"1","text":"x"}',
      '[]',
    ]) {
      await link.producer.hset(keys.letterParcels, '1', parcel);
      const outcome = await box.redrive(1);
      expect(typeof outcome === 'object' ? 'refused' : outcome).toMatch(/^(refused|nothing-to-send)$/);
    }
    expect(await box.clear()).toBe(2);
    expect(await box.list()).toMatchObject({ letters: [{ no: 1 }], unreadable: 0 });
  });
});

// What is said directly while nothing can be written down: only what would call people, each once, storms together, and its end.
import { describe, expect, it } from 'vitest';
import {
  afterDirectPage,
  directPages,
  writtenLate,
  type LastKnown,
  type Unstored,
} from '../../src/domain/direct-page.ts';
import { careStep } from '../../src/domain/incident-due.ts';
import type { DirectPage } from '../../src/domain/direct-line.ts';
import { onAlert } from '../../src/domain/incident-rules.ts';
import { anAlert } from '../fakes/alerts.ts';

const at = Date.UTC(2026, 10, 18, 15, 0, 0);
const trouble = { sinceAt: at - 5_000, why: 'connection refused' };
const nothing: LastKnown = { incidents: [] };
const unprotected = { kind: 'unprotected', side: 'long', size: 2, uncovered: 2 } as const;

function firing(
  finding: string,
  suite: string,
  when = at,
  more: Parameters<typeof anAlert>[3] = {},
): Unstored {
  const suites = [{ suite, contract: undefined, exposure: unprotected }];
  const alert = anAlert(finding, { login: suite, suite }, when, { severity: 'critical', suites, ...more });
  return { change: { kind: 'firing', alert }, alert, at: when };
}
function over({ alert }: Unstored, when: number): Unstored {
  const recovery = { at: when, missed: [], proof: 'a stop is in place' };
  return { change: { kind: 'resolved', key: alert.key, recovery }, alert, at: when };
}
const keysOf = (pages: readonly DirectPage[]) =>
  pages.map(({ alerts }) => alerts.map(({ alert }) => alert.key));

describe('a direct page', () => {
  it('is due once the store had two seconds, and only for what is critical', () => {
    const naked = firing('position-naked', 'mnq');
    const mild = firing('feed-mute', 'es', at, { severity: 'high' });
    expect(directPages([naked, mild], nothing, [], trouble, at + 1_999)).toEqual([]);
    const [page, ...more] = directPages([naked, mild], nothing, [], trouble, at + 2_000);
    expect(more).toEqual([]);
    expect(page).toMatchObject({ about: 'one', trouble, decidedAt: at, alerts: [{ alert: naked.alert }] });
  });

  it('is said once an outage, however often the alert comes and goes', () => {
    const naked = firing('position-naked', 'mnq');
    const [page] = directPages([naked], nothing, [], trouble, at + 2_000);
    if (page === undefined) throw new Error('no page');
    expect(directPages([naked], nothing, [page], trouble, at + 60_000)).toEqual([]);
    const ended = over(naked, at + 70_000);
    const [second] = directPages([naked, ended], nothing, [page], trouble, at + 70_000);
    expect(second).toMatchObject({ id: page.id, alerts: [{ recovery: { at: at + 70_000 } }] });
    if (second === undefined) throw new Error('no end');
    const back = firing('position-naked', 'mnq', at + 80_000);
    const [third, ...none] = directPages([naked, ended, back], nothing, [second], trouble, at + 90_000);
    expect(third).toMatchObject({ id: page.id, alerts: [{ recovery: undefined }] });
    expect(none).toEqual([]);
  });

  it('is not needed for what an open incident has told already, nor for what is over already', () => {
    const naked = firing('position-naked', 'mnq');
    const told = onAlert([], naked.change, at - 60_000, '12');
    if (told === undefined) throw new Error('not opened');
    expect(directPages([naked], { incidents: [told.incident] }, [], trouble, at + 9_000)).toEqual([]);
    const short = [naked, over(naked, at + 1_000)];
    expect(directPages(short, nothing, [], trouble, at + 9_000)).toEqual([]);
  });

  it('tells with it what would be the same incident', () => {
    const cause = firing('hub-down', 'mnq', at, { severity: 'high' });
    const naked = firing('position-naked', 'mnq', at + 100, { causedBy: ['hub-down'] });
    const pages = directPages([cause, naked], nothing, [], trouble, at + 3_000);
    expect(keysOf(pages)).toEqual([[cause.alert.key, naked.alert.key]]);
  });

  it('goes out alone for the first, and together for a storm that follows', () => {
    const many = ['a', 'b', 'c'].map((suite) => firing('position-naked', suite));
    const pages = directPages(many, nothing, [], trouble, at + 2_000);
    expect(pages.map(({ about, alerts }) => [about, alerts.length])).toEqual([
      ['one', 1],
      ['many', 2],
    ]);
    const late = firing('position-naked', 'd', at + 3_000);
    expect(directPages([...many, late], nothing, pages, trouble, at + 6_000)).toEqual([]);
    const held = directPages([...many, late], nothing, pages, trouble, at + 12_000);
    expect(keysOf(held)).toEqual([[late.alert.key]]);
  });

  it('takes up what joins without calling anybody, and lets what calls again be a message of its own', () => {
    const naked = firing('position-naked', 'mnq');
    const [page] = directPages([naked], nothing, [], trouble, at + 2_000);
    if (page === undefined) throw new Error('no page');
    const joins = firing('order-orphan', 'mnq', at + 3_000, {
      severity: 'high',
      causedBy: ['position-naked'],
    });
    const [edited, ...more] = directPages([naked, joins], nothing, [page], trouble, at + 20_000);
    expect(edited).toMatchObject({ id: page.id, alerts: [{ alert: naked.alert }, { alert: joins.alert }] });
    expect(more).toEqual([]);
    const insists = { causedBy: ['position-naked'], insists: true };
    const again = firing('second-session', 'mnq', at + 3_000, insists);
    const pages = directPages([naked, again], nothing, [page], trouble, at + 20_000);
    expect(pages.map(({ id }) => id === page.id)).toEqual([false]);
  });
});

describe('the decision after it', () => {
  const naked = firing('position-naked', 'mnq');
  const opened = onAlert([], naked.change, at, '12');
  if (opened === undefined) throw new Error('not opened');

  it('takes the message over and shows it as a card, and the story says how people were told', () => {
    const decision = afterDirectPage(opened, { how: 'direct', at: at + 2_400 }, at);
    expect(decision.posts.map(({ kind, id }) => [kind, id])).toEqual([
      ['page', '12-1-0'],
      ['card', '12-1-0-card'],
    ]);
    expect(decision.incident.toldAhead).toEqual({ how: 'direct', at: at + 2_400 });
    expect(decision.entries.at(-1)?.text).toMatch(/in the ops channel 2\.4 s later/);
  });

  it('pages as ever where only the second channel was told', () => {
    const { posts, entries } = afterDirectPage(opened, { how: 'second-channel', at: at + 2_000 }, at);
    expect(posts.map(({ kind }) => kind)).toEqual(['page']);
    expect(posts[0]).toMatchObject({ card: { toldAhead: { how: 'second-channel' } } });
    expect(entries.at(-1)?.text).toMatch(/on the second channel/);
  });

  it('calls nobody again for what joins and was told directly', () => {
    const worse = firing('second-session', 'mnq', at, { insists: true, causedBy: ['position-naked'] });
    const joined = onAlert([opened.incident], worse.change, at, '', {});
    if (joined === undefined) throw new Error('not joined');
    expect(joined.posts[0]).toMatchObject({ note: { kind: 'joined', mention: true } });
    const { posts, incident } = afterDirectPage(joined, { how: 'direct', at }, at);
    expect(posts[0]).toMatchObject({ note: { kind: 'joined', mention: false } });
    expect(incident.toldAhead).toBeUndefined();
  });
});

describe('a decision that was written down late', () => {
  const naked = firing('position-naked', 'mnq');
  const minuteMs = 60_000;
  const dueAfter = (told: Parameters<typeof writtenLate>[1], outageMs: number): number | undefined => {
    const opened = onAlert([], naked.change, at, '12');
    if (opened === undefined) throw new Error('not opened');
    const back = at + outageMs;
    const { incident, posts } = writtenLate(opened, told, back);
    for (const post of posts) if (post.kind === 'page') expect(post.card).toBe(incident);
    const step = careStep(incident, { kind: 'triggered' });
    return step === undefined ? undefined : step.dueAt - back;
  };

  it('calls the secondary three minutes after people were told directly', () => {
    expect(dueAfter({ how: 'direct', at: at + 2_000 }, 60_000)).toBe(2 * minuteMs + 2_000);
  });

  it('leaves them a minute with the button where they were told longer ago than that', () => {
    expect(dueAfter({ how: 'direct', at: at + 2_000 }, 10 * minuteMs)).toBe(minuteMs);
  });

  it('counts from its page where Discord says it for the first time', () => {
    expect(dueAfter(undefined, 10 * minuteMs)).toBe(3 * minuteMs);
    expect(dueAfter({ how: 'second-channel', at: at + 2_000 }, 10 * minuteMs)).toBe(3 * minuteMs);
  });

  it('is as ever where the store took it at once', () => {
    expect(dueAfter(undefined, 800)).toBe(3 * minuteMs - 800);
  });
});

// An incident as a page, as the card it becomes, and as the name of its thread.
import { ButtonStyle, ComponentType } from 'discord-api-types/v10';
import type {
  APIActionRowComponent,
  APIButtonComponentWithCustomId,
  APIButtonComponent,
  APIEmbed,
  APIEmbedField,
} from 'discord-api-types/v10';
import type { Alert, AlertSuite } from '../../domain/alert.ts';
import type { Incident, IncidentRefs } from '../../domain/incident.ts';
import type { Callee } from '../../domain/callees.ts';
import { brokeAt, headline, leadOf } from '../../domain/lead.ts';
import { beganAt } from '../../domain/incident-story.ts';
import { overAt, seenWords, stillSeen } from '../../domain/still-seen.ts';
import { customId } from '../custom-id.ts';
import { evidenceLine } from './finding.ts';
import { colours, field, fitLines, limits, message, nobody, type MessagePayload } from './message.ts';
import { bare, clip, clipWords, escape, exchangeTime, plain, span, stamp } from './text.ts';
import { exposureRank, exposureWords } from './words.ts';

/** Two lines of a lock screen. */
const lockScreen = 140;
const stakeRoom = 34;

const severityIcons = { critical: '🔴', high: '🟠', medium: '🟡', low: '🔵' } as const;

/** A role is pinged only if the bot may mention it. */
export function mentionText(called: readonly Callee[]): string {
  return called.map(({ kind, id }) => (kind === 'role' ? `<@&${id}>` : `<@${id}>`)).join(' ');
}

export function mentionOnly(called: readonly Callee[]): MessagePayload['allowed_mentions'] {
  if (called.length === 0) return nobody;
  const ids = (wanted: Callee['kind']) => called.filter(({ kind }) => kind === wanted).map(({ id }) => id);
  const [roles, users] = [ids('role'), ids('user')];
  return {
    parse: [],
    ...(roles.length === 0 ? {} : { roles }),
    ...(users.length === 0 ? {} : { users }),
  };
}

/** What of it counts now: the alerts that still fire; where all are over, all. */
function standing({ alerts }: Incident): Incident['alerts'] {
  const firing = alerts.filter(({ recovery }) => recovery === undefined);
  return firing.length > 0 ? firing : alerts;
}

/** Since when nothing of it fires though it is open: it flaps, or somebody still has it. */
function quietSince({ alerts, state }: Incident): number | undefined {
  const ends = alerts.flatMap(({ recovery }) => (recovery === undefined ? [] : [recovery.at]));
  return state.kind === 'resolved' || ends.length === 0 || ends.length < alerts.length
    ? undefined
    : Math.max(...ends);
}

/** Every suite that these alerts touch once, with the worst exposure of all that stand or, where they are over, was seen; of equals the last, worst first. */
function atStake(alerts: Incident['alerts']): readonly AlertSuite[] {
  const worst = new Map<string, AlertSuite>();
  for (const { alert, last, recovery } of alerts) {
    const told = recovery === undefined && last !== undefined ? [] : alert.suites;
    for (const suite of [...(last?.suites ?? []), ...told]) {
      const known = worst.get(suite.suite);
      if (known === undefined || exposureRank(suite.exposure) < exposureRank(known.exposure)) {
        worst.set(suite.suite, suite);
      }
    }
  }
  return [...worst.values()].sort((a, b) => exposureRank(a.exposure) - exposureRank(b.exposure));
}

function suiteNames(incident: Incident, alerts = incident.alerts): string {
  const names = atStake(alerts).map(({ suite }) => plain(suite));
  return names.length === 0 ? plain(incident.login) : names.join(', ');
}

/**
 * `🔴 #12 Market hub down · mnq, es`: how it stands, in plain text, at most 100 characters. Named after its root, and its suites as
 * they were told, to the end: Discord takes two renamings in ten minutes, which its state needs.
 */
export function threadName(incident: Incident): string {
  const title = plain(incident.alerts[0]?.alert.title ?? 'Incident') || 'Incident';
  const head = `${icon(incident)} #${plain(incident.id)}`;
  const asTold = incident.alerts.map(({ alert, recovery }) => ({ alert, recovery }));
  return clip(`${head} ${clipWords(title, 60)} · ${suiteNames(incident, asTold)}`, limits.threadName);
}

/** What the phone shows on its lock screen: two lines of at most 140 characters together. */
export function lockScreenLines(incident: Incident): string {
  const lead = leadOf(incident);
  const suites = atStake(standing(incident));
  const worst = suites[0];
  const stake =
    worst === undefined || quietSince(incident) !== undefined
      ? ''
      : ` · ${stakeWords(worst, suites.length > 1)}`;
  const names = clip(escape(suiteNames(incident, standing(incident))), 20);
  const head = `${icon(incident)} #${clip(escape(incident.id), 8)} `;
  const title = clipWords(
    escape(lead?.title ?? 'Incident'),
    86 - head.length - names.length - 3 - stake.length,
  );
  const first = `${head}${title} · ${names}${stake}`;
  const since = sinceWords(incident);
  const room = lockScreen - first.length - since.length - 2;
  const remedy =
    room < 16 || quietSince(incident) !== undefined ? '' : firstClauses(escape(lead?.remedy ?? ''), room);
  return `${first}\n${clipWords(since, lockScreen - first.length - 1)} ${remedy}`.trimEnd();
}

/** Cut where a clause ends, so that no half of a warning is read as the whole: `Check your stops now…`. */
function firstClauses(text: string, room: number): string {
  if (text.length <= room) return text;
  const end = Math.max(...[';', '.', ','].map((mark) => text.lastIndexOf(`${mark} `, room - 1)));
  return end > room / 2 ? `${text.slice(0, end)}…` : clipWords(text, room);
}

/** What is held counts more than by whom: the names before it begin with the same suite. */
function stakeWords({ suite, exposure }: AlertSuite, isOneOfMany: boolean): string {
  const words = escape(exposureWords(exposure));
  const named = isOneOfMany && exposure.kind !== 'flat' ? `${escape(suite)} ${words}` : words;
  return clip(named.length > stakeRoom ? words : named, stakeRoom);
}

function sinceWords(incident: Incident): string {
  const { state } = incident;
  const began = brokeAt(incident);
  const quietAt = quietSince(incident);
  const since =
    quietAt === undefined
      ? `Since ${exchangeTime(leadOf(incident)?.sinceAt ?? began)}.`
      : `Nothing of it fires since ${exchangeTime(quietAt)}.`;
  switch (state.kind) {
    case 'triggered':
      return since;
    case 'acknowledged':
      return `${clip(escape(state.by.name), 20)} has it. ${since}`;
    case 'suppressed':
      return `Held back by a ${state.silence.kind}. ${since}`;
    case 'resolved': {
      const at = overAt(incident) ?? state.at;
      return state.by === 'recovery' || stillSeen(incident).length === 0
        ? `Over at ${exchangeTime(at)} after ${span(at - began)}.`
        : // Two lines of a lock screen: what is seen stands above it.
          `Closed by ${clip(escape(state.by.name), 14)} at ${exchangeTime(state.at)}, still seen.`;
    }
  }
}

function icon(incident: Incident): string {
  const { state, severity } = incident;
  switch (state.kind) {
    case 'resolved':
      return stillSeen(incident).length === 0 ? '🟢' : '⚠️';
    case 'acknowledged':
      return '👀';
    case 'suppressed':
      return '🔕';
    case 'triggered':
      return severityIcons[severity];
  }
}

/** The new message that wakes somebody; the mention stands behind what it is about. */
export function presentPage(incident: Incident, called: readonly Callee[]): MessagePayload {
  const lines = [lockScreenLines(incident), ...(called.length === 0 ? [] : [mentionText(called)])];
  return message({
    content: lines.join('\n'),
    embeds: [card(incident)],
    components: buttons(incident),
    allowed_mentions: mentionOnly(called),
  });
}

/** The page as it stands now; an edit, so it calls nobody. */
export function presentCard(
  incident: Incident,
  called: readonly Callee[],
  refs: IncidentRefs = {},
): MessagePayload {
  const shown = called.length > 0 && incident.state.kind === 'triggered';
  const resolved = incident.state.kind === 'resolved';
  const lines = resolved ? resolvedLines(incident) : lockScreenLines(incident);
  return message({
    content: shown ? `${lines}\n${mentionText(called)}` : lines,
    embeds: [card(incident, refs)],
    components: buttons(incident),
  });
}

function resolvedLines(incident: Incident): string {
  const title = clipWords(escape(headline(incident)), 60);
  const names = clip(escape(suiteNames(incident)), 30);
  return `${icon(incident)} #${clip(escape(incident.id), 8)} ${title} · ${names}\n${endWords(incident)}`;
}

function endWords(incident: Incident): string {
  const { state } = incident;
  const seen = stillSeen(incident);
  if (state.kind !== 'resolved' || state.by === 'recovery' || seen.length === 0) return sinceWords(incident);
  const who = clip(escape(state.by.name), 60);
  return `Closed by hand by ${who} at ${exchangeTime(state.at)}, still seen: ${seenNow(seen)}.`;
}

function seenNow(seen: readonly Alert[]): string {
  return clip(seenWords(seen.map(({ title }) => clip(escape(title), 80))), 280);
}

function stateWords(incident: Incident, began: number): string {
  const { state } = incident;
  switch (state.kind) {
    case 'triggered':
      return 'Triggered: nobody has it yet';
    case 'acknowledged':
      return `Acknowledged by ${clip(escape(state.by.name), 60)} ${stamp(state.at)}`;
    case 'suppressed':
      return `Held back by ${state.silence.kind} ${state.silence.id}: ${clip(escape(state.silence.reason), 200)}`;
    case 'resolved': {
      const who = state.by === 'recovery' ? 'by itself' : `by hand by ${clip(escape(state.by.name), 60)}`;
      const had =
        state.acknowledgedBy === undefined ? '' : `; ${clip(escape(state.acknowledgedBy.name), 60)} had it`;
      const seen = stillSeen(incident);
      return seen.length === 0
        ? `Resolved ${who} ${stamp(state.at)}${had}. It lasted ${span((overAt(incident) ?? state.at) - began)}`
        : `Closed ${who} ${stamp(state.at)}${had}. Still seen: ${seenNow(seen)}`;
    }
  }
}

/** Of what leads it now, as is all else on the card; what began before it is named too. Over: of all that fired together. */
function whenWords(incident: Incident, broke: number): string {
  const isOver = incident.state.kind === 'resolved' && stillSeen(incident).length === 0;
  const since = isOver ? broke : (leadOf(incident)?.sinceAt ?? broke);
  const began = beganAt(incident);
  const before = since <= began ? '' : `\nThe incident began at ${exchangeTime(began)}`;
  return `${stamp(since)} · ${exchangeTime(since)}${before}`;
}

/** The six instants, each as time since it was observed; what has not happened yet is left out. */
function instantWords(
  { observedAt, decidedAt, openedAt, pagedAt, acknowledgedAt }: Incident,
  { sentAt, acceptedAt }: IncidentRefs,
): string {
  const later = [
    ['decided', decidedAt],
    ['queued', pagedAt ?? openedAt],
    ['sent', sentAt],
    ['accepted', acceptedAt],
    ['acknowledged', acknowledgedAt],
  ] as const;
  const words = later.flatMap(([name, at]) =>
    at === undefined ? [] : [`${name} +${span(at - observedAt)}`],
  );
  return `seen ${exchangeTime(observedAt)}, ${words.join(', ')}`;
}

function quietWords(incident: Incident): string {
  const quietAt = quietSince(incident);
  return quietAt === undefined ? '' : `\nNothing of it fires since ${exchangeTime(quietAt)}`;
}

function flapWords({ flapping }: Incident): string {
  return flapping.kind === 'flapping' ? `\nFlapping: failed ${flapping.turns} times within 10 min` : '';
}

function aheadWords({ toldAhead: told }: Incident): string {
  if (told === undefined) return '';
  const where = told.how === 'direct' ? 'here, before it could be recorded' : 'on the second channel';
  return `\nPosted ${where}, at ${exchangeTime(told.at)}: Redis took no writes`;
}

function anewWords({ anewAt, threadId, messageId }: IncidentRefs): string {
  if (anewAt === undefined) return '';
  // A thread bears the id of the message it was started on.
  const thread = threadId === undefined || threadId === messageId ? '' : ` Thread: <#${threadId}>`;
  return `\nPosted again at ${exchangeTime(anewAt)}: the page was deleted.${thread}`;
}

/** What shows that it is over, and what was found missing since: without it the last sight alone reads as if it went on. */
function endOf({ alerts }: Incident): readonly APIEmbedField[] {
  const ends = alerts.flatMap(({ recovery }) => recovery ?? []);
  const newest = ends.toSorted((a, b) => b.at - a.at)[0];
  if (newest === undefined) return [];
  const lines = [...new Set([newest.proof, ...ends.flatMap(({ missed }) => missed)])];
  const { text, left } = fitLines(
    lines.map((line) => `• ${clip(escape(line), 300)}`),
    700,
  );
  return [
    field(`Well again at ${exchangeTime(newest.at)}`, left === 0 ? text : `${text}\n…and ${left} more`),
  ];
}

function card(incident: Incident, refs: IncidentRefs = {}): APIEmbed {
  const lead = leadOf(incident);
  const last = incident.alerts.find(({ alert }) => alert === lead)?.last;
  const { state } = incident;
  const isSeen = stillSeen(incident).length > 0;
  const isPast = (state.kind === 'resolved' && !isSeen) || quietSince(incident) !== undefined;
  // What joined or came back later was decided later: its evidence is as old as it was then.
  const observedAt = lead?.observedAt ?? incident.decidedAt;
  const evidenceAt =
    last?.at ?? (lead === incident.alerts[0]?.alert ? Math.max(incident.decidedAt, observedAt) : observedAt);
  const summary =
    last === undefined || last.summary === lead?.summary
      ? (lead?.summary ?? '')
      : `${isPast ? 'Last seen' : 'As it stood'} at ${exchangeTime(last.at)}: ${last.summary}`;
  const began = brokeAt(incident);
  const stakes = fitLines(
    atStake(standing(incident)).map(({ suite, contract, exposure }) =>
      [
        `**${clip(escape(suite), 60)}**`,
        ...(contract === undefined ? [] : [clip(escape(contract), 40)]),
        clip(escape(exposureWords(exposure)), 120),
      ].join(' · '),
    ),
    700,
  );
  const evidence = fitLines(
    ((last ?? lead)?.evidence ?? []).map((one) => `• ${clip(escape(evidenceLine(one, evidenceAt)), 300)}`),
    limits.fieldValue,
  );
  const others = fitLines(
    incident.alerts.flatMap(({ alert, recovery }) => {
      if (alert === lead) return [];
      const over = recovery === undefined ? '' : `, over at ${exchangeTime(recovery.at)}`;
      return [`• ${clip(escape(alert.title), 120)}, since ${exchangeTime(alert.sinceAt)}${over}`];
    }),
    700,
  );
  const more = (left: number) => (left === 0 ? '' : `\n…and ${left} more`);
  const colour =
    state.kind === 'triggered' || isSeen
      ? colours[incident.severity]
      : state.kind === 'acknowledged'
        ? colours.acknowledged
        : colours.good;
  const remedy = clipWords(escape(lead?.remedy ?? ''), 600);
  return {
    title: clip(`#${escape(incident.id)} ${escape(headline(incident))}`, 200),
    description: clipWords(escape(summary), 900) || 'No summary was given.',
    color: colour,
    fields: [
      ...(stakes.text === ''
        ? []
        : [field(isPast ? 'Was at stake' : 'At stake', stakes.text + more(stakes.left))]),
      field('Since', whenWords(incident, began), true),
      field(
        'State',
        `${stateWords(incident, began)}${quietWords(incident)}${flapWords(incident)}${aheadWords(incident)}${anewWords(refs)}`,
        true,
      ),
      ...(remedy === '' || isPast ? [] : [field('Do now', remedy)]),
      ...(isPast ? endOf(incident) : []),
      ...(evidence.text === '' ? [] : [field(`Evidence at ${exchangeTime(evidenceAt)}`, evidence.text)]),
      ...(others.text === '' ? [] : [field('Also part of it', others.text + more(others.left))]),
    ],
    footer: {
      text: clip(
        `${incident.severity} · login ${bare(incident.login)} · ${instantWords(incident, refs)}`,
        300,
      ),
    },
  };
}

function buttons(incident: Incident): readonly APIActionRowComponent<APIButtonComponent>[] {
  const { kind } = incident.state;
  if (kind === 'resolved' || kind === 'suppressed') return [];
  const button = (
    action: Parameters<typeof customId>[1],
    label: string,
    style: APIButtonComponentWithCustomId['style'],
    disabled = false,
  ): APIButtonComponent => ({
    type: ComponentType.Button,
    style,
    label,
    custom_id: customId(incident.id, action),
    ...(disabled ? { disabled } : {}),
  });
  const taken = kind === 'acknowledged';
  return [
    {
      type: ComponentType.ActionRow,
      components: [
        button('acknowledge', taken ? 'Acknowledged' : 'Acknowledge', ButtonStyle.Primary, taken),
        button('resolve', 'Resolve', ButtonStyle.Success),
        button('rerun', 'Re-run', ButtonStyle.Secondary),
        button('escalate', 'Escalate', ButtonStyle.Secondary, incident.care.circle === 'everyone'),
        button('note', 'Note', ButtonStyle.Secondary),
      ],
    },
  ];
}

// A page that went straight into the channel while nothing could be written down, and the mark by which it is found again.
import type { APIEmbed, APIMessage } from 'discord-api-types/v10';
import { createHash } from 'node:crypto';
import type { AlertSuite } from '../../domain/alert.ts';
import type { Callee } from '../../domain/callees.ts';
import type { DirectPage } from '../../domain/direct-line.ts';
import type { IncidentAlert } from '../../domain/incident.ts';
import { evidenceLine } from './finding.ts';
import { mentionOnly, mentionText } from './incident.ts';
import { colours, field, fitLines, limits, message, type MessagePayload } from './message.ts';
import { clip, clipWords, escape, exchangeTime, span, stamp } from './text.ts';
import { exposureRank, exposureWords } from './words.ts';

const leads = { one: 'not recorded yet:', many: 'several, not recorded yet:' } as const;
const shape = /^(several, )?not recorded yet:((?: [0-9a-f]{12})+)$/;
const mostShown = 3;

/** Names an alert's key without telling it. */
export function markOf(key: string): string {
  return createHash('sha256').update(`direct|${key}`).digest('hex').slice(0, 12);
}

/** What a direct page in the channel says is still wrong, by its marks; undefined where it is none. */
export function marksIn({
  embeds,
}: Pick<APIMessage, 'embeds'>):
  | { readonly about: DirectPage['about']; readonly marks: readonly string[] }
  | undefined {
  const [, several, marks] = shape.exec(embeds.at(-1)?.footer?.text ?? '') ?? [];
  if (marks === undefined) return undefined;
  return { about: several === undefined ? 'one' : 'many', marks: marks.trim().split(' ') };
}

/** @param called whom it wakes where it is new; an edit wakes nobody */
export function presentDirect(page: DirectPage, called: readonly Callee[]): MessagePayload {
  const firing = page.alerts.filter(({ recovery }) => recovery === undefined);
  const [first] = firing.length > 0 ? firing : page.alerts;
  if (first === undefined) return message({});
  const isOver = firing.length === 0;
  const more = page.alerts.length > 1 ? ` and ${page.alerts.length - 1} more` : '';
  const title = clipWords(escape(first.alert.title), 60);
  const stake = stakeWords(page.alerts);
  const head = `${isOver ? '🟢' : '🔴'} ${title}${more} · ${clip(escape(names(page)), 30)}`;
  const lines = [
    stake === '' || isOver ? head : `${head} · ${stake}`,
    isOver ? overWords(first) : sinceWords(first),
    ...(isOver || called.length === 0 ? [] : [mentionText(called)]),
  ];
  return message({
    content: clip(lines.join('\n'), limits.content),
    embeds: [...shown(page), stateEmbed(page, isOver)],
    allowed_mentions: mentionOnly(called),
  });
}

/** What stands there once it is written down elsewhere. */
export function presentRecorded(page: DirectPage, incidents: readonly string[]): MessagePayload {
  const [first] = page.alerts;
  const title = clipWords(escape(first?.alert.title ?? 'Alert'), 60);
  return message({
    content: `↪️ ${title} · ${clip(escape(names(page)), 30)}\nRecorded now as ${incidents.map((id) => `#${escape(id)}`).join(', ')}: continue there.`,
    embeds: shown(page),
  });
}

function names({ alerts, login }: DirectPage): string {
  const suites = new Set(alerts.flatMap(({ alert }) => alert.suites.map(({ suite }) => suite)));
  return suites.size === 0 ? login : [...suites].join(', ');
}

function stakeWords(alerts: readonly IncidentAlert[]): string {
  const worst = alerts
    .flatMap(({ alert }) => alert.suites)
    .reduce<AlertSuite | undefined>(
      (known, next) =>
        known === undefined || exposureRank(next.exposure) < exposureRank(known.exposure) ? next : known,
      undefined,
    );
  return worst === undefined ? '' : clip(escape(`${worst.suite} ${exposureWords(worst.exposure)}`), 60);
}

function sinceWords({ alert }: IncidentAlert): string {
  return `Since ${exchangeTime(alert.sinceAt)}. ${clipWords(escape(alert.remedy), 200)}`;
}

function overWords({ alert, recovery }: IncidentAlert): string {
  if (recovery === undefined) return sinceWords({ alert, recovery });
  return `Over at ${exchangeTime(recovery.at)}, lasted ${span(Math.max(0, recovery.at - alert.sinceAt))}.`;
}

function shown({ alerts }: DirectPage): readonly APIEmbed[] {
  return alerts.slice(0, mostShown).map((one) => alertEmbed(one, alerts.length === 1));
}

function alertEmbed({ alert, recovery }: IncidentAlert, whole: boolean): APIEmbed {
  const stakes = alert.suites.map(
    ({ suite, exposure }) => `**${clip(escape(suite), 60)}** · ${clip(escape(exposureWords(exposure)), 120)}`,
  );
  const evidence = alert.evidence
    .slice(0, whole ? 4 : 0)
    .map((one) => `• ${clip(escape(evidenceLine(one, alert.observedAt)), 200)}`);
  return {
    title: clip(escape(alert.title), 200),
    description: clipWords(escape(alert.summary), 400) || 'No summary was given.',
    color: recovery === undefined ? colours[alert.severity] : colours.good,
    fields: [
      ...(stakes.length === 0 ? [] : [field('At stake', fitLines(stakes, 300).text)]),
      field('Since', `${stamp(alert.sinceAt)} · ${exchangeTime(alert.sinceAt)}`, true),
      ...(recovery === undefined
        ? [field('Do now', clipWords(escape(alert.remedy), 200))]
        : [field('Over', clipWords(escape(overWords({ alert, recovery })), 300), true)]),
      ...(evidence.length === 0 ? [] : [field('Evidence', fitLines(evidence, 400).text)]),
    ],
  };
}

function stateEmbed({ about, alerts, trouble }: DirectPage, isOver: boolean): APIEmbed {
  const marks = alerts.flatMap(({ alert, recovery }) => (recovery === undefined ? [markOf(alert.key)] : []));
  const meanwhile = isOver
    ? 'The record of it follows when Redis is back.'
    : 'Buttons, thread and evidence come when Redis is back. Nobody else is called until then: say in the channel who has it.';
  const others = fitLines(
    alerts.slice(mostShown).map(({ alert }) => `• ${clip(escape(alert.title), 100)}`),
    600,
  );
  const also =
    others.text === ''
      ? []
      : ['Also:', others.text, ...(others.left > 0 ? [`…and ${others.left} more`] : [])];
  const fitting = fitLines(marks, 1_500).text.split('\n').join(' ');
  return {
    title: '⚠️ Redis takes no writes: this page is not recorded yet',
    description: `No write has succeeded since ${exchangeTime(trouble.sinceAt)}: ${clipWords(escape(trouble.why), 200)}\n${[meanwhile, ...also].join('\n')}`,
    color: colours.unknown,
    footer: { text: isOver ? 'not recorded yet, and over' : `${leads[about]} ${fitting}` },
  };
}

// A postmortem as a Markdown file for people and a JSON file for machines; both hold everything, or say what is left out.
import { followUps } from '../../domain/follow-ups.ts';
import type { PastAlert, Postmortem } from '../../domain/postmortem.ts';
import { scrub } from '../../log.ts';
import { fittedFile, markdown, table } from './markdown.ts';
import {
  deedWords,
  downtimeWords,
  endWords,
  goalWords,
  instantWords,
  isWhole,
  namedWords,
  pastWords,
  stepWords,
} from './postmortem-words.ts';
import { count, exchangeDate, exchangeInstant, span } from './text.ts';
import { exposureWords } from './words.ts';

/** Two of these and a picture stay far below what Discord takes in one message. */
const mostBytes = 3 * 1024 * 1024;
const none = 'None.';

const when = (at: number): string => `${exchangeDate(at)} ${exchangeInstant(at)}`;

function section(title: string, lines: readonly string[]): readonly string[] {
  return ['', `## ${title}`, '', ...(lines.length === 0 ? [none] : lines)];
}

const bullets = (lines: readonly string[]): readonly string[] => lines.map((one) => `- ${markdown(one)}`);

/** Every text that is not ours is escaped; times are the exchange's. */
export function postmortemMarkdown(story: Postmortem): string {
  const { incident, title, severity, login, began, writtenAt, end, impact } = story;
  const { alerts, timeline, evidence, deeds, people, checklist, similar } = story;
  const observed = story.instants.find(({ name }) => name === 'observed')?.at ?? began;
  const cut = isWhole(story) ? [] : ['The oldest entries are no longer kept.', ''];
  const lines = [
    `# Postmortem of incident ${markdown(incident)}: ${markdown(title)}`,
    '',
    `Written ${when(writtenAt)}. CT is the time of the exchange (America/Chicago).`,
    ...section('Impact', [
      ...bullets([
        `severity ${severity}, login ${login}`,
        `began ${when(began)}`,
        `end: ${endWords(end, writtenAt)}`,
        `lasted ${downtimeWords(story)}`,
      ]),
      '',
      ...(impact.suites.length === 0
        ? ['No suite was touched.']
        : table(
            ['Suite', 'Contract', 'At stake at the time'],
            impact.suites.map(({ suite, contract, exposure }) => [
              markdown(suite),
              markdown(contract ?? 'not known'),
              markdown(exposureWords(exposure)),
            ]),
          )),
    ]),
    ...section('What was missed', impact.missed.length === 0 ? ['Not known.'] : bullets(impact.missed)),
    ...section('What proved the recovery', bullets(impact.proofs)),
    ...section('What fired', alertTable(alerts)),
    ...section('Time to each step', [
      ...table(
        ['Step', 'At', 'After it was observed'],
        [
          ['began', when(began), began === observed ? '' : `${span(observed - began)} before`],
          ...story.instants.map(({ name, at }) => [
            instantWords[name],
            at === undefined ? 'never' : when(at),
            at === undefined ? '' : span(at - observed),
          ]),
        ],
      ),
      '',
      ...bullets(story.goals.map(goalWords)),
    ]),
    ...section('Open follow-ups', bullets(followUps(story))),
    ...section(
      'Who',
      bullets(
        people.map(
          ({ person, deeds: done }) => `${person.name}: ${count(done, 'entry', 'entries')} in the timeline`,
        ),
      ),
    ),
    ...section(
      checklist === undefined ? 'Steps' : `Steps: ${markdown(checklist.title)}`,
      bullets((checklist?.steps ?? []).map(stepLine)),
    ),
    ...section('Evidence at the time', evidenceTable(evidence)),
    ...section('Similar ones before', bullets(similar.map((one) => pastWords(one, writtenAt)))),
    ...section(
      'What people did',
      bullets(deeds.map((deed) => `${when(deed.at)} ${deedWords(deed, people)}`)),
    ),
    ...section('Timeline', [
      ...cut,
      ...table(
        ['At', 'Who', 'What', 'Words'],
        timeline.map(({ at, by, kind, text }) => [
          when(at),
          by === 'pitwatch' ? by : markdown(by.name),
          kind,
          markdown(kind === 'noted' ? namedWords(text, people) : text),
        ]),
      ),
    ]),
  ];
  return fittedFile(lines, mostBytes);
}

function stepLine({ title, how, by, at }: NonNullable<Postmortem['checklist']>['steps'][number]): string {
  const who = by === undefined ? '' : ` by ${by.name}`;
  return `${title}: ${stepWords[how]}${who}${at === undefined ? '' : ` at ${when(at)}`}`;
}

function alertTable(alerts: readonly PastAlert[]): readonly string[] {
  return table(
    ['Alert', 'Severity', 'From', 'To', 'Summary', 'What to do'],
    alerts.map(({ title, severity, sinceAt, wellAt, summary, remedy }) => [
      markdown(title),
      severity,
      when(sinceAt),
      wellAt === undefined ? 'not seen well again' : when(wellAt),
      markdown(summary),
      markdown(remedy),
    ]),
  );
}

function evidenceTable(evidence: Postmortem['evidence']): readonly string[] {
  if (evidence.length === 0) return [];
  return table(
    ['Alert', 'Seen', 'Value', 'Held against', 'Source', 'At'],
    evidence.map(({ alert, label, value, threshold, source, at }) => [
      ...[alert, label, value, threshold ?? '', source].map(markdown),
      when(at),
    ]),
  );
}

/** `format` and `version` first, then the facts as `Postmortem` describes them: instants in epoch ms, spans in ms. */
export function postmortemJson(story: Postmortem): string {
  const written = (kept: number): string => {
    const timeline = story.timeline.slice(0, kept);
    const facts = {
      format: 'pitwatch-postmortem',
      version: 1,
      units: 'instants are epoch milliseconds (UTC), spans are milliseconds',
      ...story,
      followUps: followUps(story),
      timeline,
      deeds: timeline.filter(({ by }) => by !== 'pitwatch'),
      timelineLeftOut: story.timeline.length - kept,
      timelineIsWhole: isWhole(story) && kept === story.timeline.length,
    };
    const clean = (_: string, value: unknown): unknown => (typeof value === 'string' ? scrub(value) : value);
    return `${JSON.stringify(facts, clean, 2)}\n`;
  };
  let kept = story.timeline.length;
  let text = written(kept);
  while (Buffer.byteLength(text) > mostBytes && kept > 0) {
    kept = Math.floor(kept / 2);
    text = written(kept);
  }
  return text;
}

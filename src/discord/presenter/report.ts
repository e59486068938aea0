// A report as embeds for a phone: the verdict first, then what is wrong worst first; what does not fit is attached.
import type { APIEmbed, APIEmbedField } from 'discord-api-types/v10';
import type { Finding, LoginReport, Report } from '../../domain/report.ts';
import { findingsOf, overall, score, worstFirst } from '../../domain/score.ts';
import { exhibitEmbed } from './exhibit.ts';
import { findingField, folded, passLine, skipLine, titleOf, withSuites, type Root } from './finding.ts';
import { colours, embedSize, field, fitLines, limits, message, type MessagePayload } from './message.ts';
import { reportText } from './report-text.ts';
import { stepsVerdict } from './steps-verdict.ts';
import { bare, clip, clipWords, count, escape, exchangeTime, plain, span } from './text.ts';
import { exposureWords, icons, marketWords } from './words.ts';

const cutNote = 'Not everything fits here: the whole report is in report.txt below.';
const shortNote = 'Every check with what it saw is in report.txt below.';
/** More passes than this are told by their names alone: nobody reads forty lines of good news on a phone. */
const mostPassLines = 14;
/** An exhibit in less room than this tells nothing. */
const leastExhibit = 200;
/** Sections beyond these are in the attached file alone; one embed is kept for the summary. */
const mostSections = limits.embeds - 1;

interface Section {
  readonly login: LoginReport;
  readonly roots: readonly Root[];
}

/** Lower is shown first, and is the last to be moved to the file. */
type Urgency = 0 | 1 | 2 | 3 | 4;

interface Block {
  readonly section: number;
  readonly urgency: Urgency;
  readonly field: APIEmbedField;
  readonly whole: boolean;
}

const urgencies = { fail: 0, error: 1, warn: 2, skip: 3, pass: 4 } as const;

/** The message that answers an examination. */
export function presentReport(report: Report): MessagePayload {
  const sections = report.logins
    .map((login): Section => ({ login, roots: folded(worstFirst(login.findings)) }))
    .sort((a, b) => worstUrgency(a) - worstUrgency(b));
  const single = sections.length <= 1;
  const shown = sections.slice(0, mostSections);
  const summary = summaryEmbed(report, sections, single);
  const frames = single
    ? []
    : shown.map((section) => sectionFrame(section, report, Math.min(300, Math.floor(1_800 / shown.length))));
  const blocks = shown
    .flatMap((section, index) => blocksOf(section, single ? 0 : index + 1, report))
    .sort((a, b) => a.urgency - b.urgency);

  const embeds: APIEmbed[] = [summary.embed, ...frames.map(({ embed }) => embed)];
  let room = limits.embedText - cutNote.length - 2 - embeds.reduce((sum, embed) => sum + embedSize(embed), 0);
  const inShort = sections.some(({ roots }) => passesInShort(roots));
  let whole = summary.whole && shown.length === sections.length && frames.every((frame) => frame.whole);
  const fields = embeds.map((): APIEmbedField[] => []);
  const place = (block: Block): void => {
    const home = fields[block.section];
    const size = block.field.name.length + block.field.value.length;
    if (home === undefined || size > room || home.length === limits.fields) {
      whole = false;
      return;
    }
    home.push(block.field);
    room -= size;
    whole &&= block.whole;
  };
  // What is wrong goes first, then what was asked to be shown, then what is well or was not asked.
  blocks.filter(({ urgency }) => urgency <= urgencies.warn).forEach(place);
  const shows: APIEmbed[] = [];
  for (const exhibit of report.logins.flatMap((login) => login.exhibits ?? [])) {
    if (room < leastExhibit || embeds.length + shows.length === limits.embeds) {
      whole = false;
      continue;
    }
    const shownExhibit = exhibitEmbed(exhibit, room);
    shows.push(shownExhibit.embed);
    room -= embedSize(shownExhibit.embed);
    whole &&= shownExhibit.whole;
  }
  blocks.filter(({ urgency }) => urgency > urgencies.warn).forEach(place);
  const filled = [...embeds.map((embed, index) => ({ ...embed, fields: fields[index] ?? [] })), ...shows];
  if (whole && !inShort) return message({ embeds: filled });
  const note = whole ? shortNote : cutNote;
  const [first, ...rest] = filled;
  if (first === undefined) return message({ embeds: filled });
  return message({
    embeds: [{ ...first, description: `${first.description ?? ''}\n\n${note}` }, ...rest],
    files: [{ name: 'report.txt', description: 'The whole report', text: reportText(report) }],
  });
}

function worstUrgency({ roots }: Section): number {
  return Math.min(urgencies.pass + 1, ...roots.map(({ finding }) => urgencies[finding.status]));
}

/** `2 of 14 checks fail, 1 warns`: the verdict in a few words. */
export function verdictWords(report: Report): string {
  const findings = findingsOf(report);
  const of = (status: keyof typeof urgencies) =>
    findings.filter((finding) => finding.status === status).length;
  const [fails, warns, errors, skips, passes] = [of('fail'), of('warn'), of('error'), of('skip'), of('pass')];
  const silent = report.missing.length;
  const all = findings.length;
  if (all === 0 && silent === 0) return stepsVerdict(report)?.words ?? 'Nothing was examined';
  if (fails === 0 && warns === 0 && errors === 0 && silent === 0) {
    if (passes === 0) return `Nothing could be checked: ${count(skips, 'check')} skipped`;
    if (skips === 0) return passes === 1 ? 'The check passes' : `All ${passes} checks pass`;
    return `${passes === 1 ? '1 check passes' : `${passes} checks pass`}, ${skips} skipped`;
  }
  const parts = [
    ...(fails > 0 ? [`${fails} of ${count(all, 'check')} ${fails === 1 ? 'fails' : 'fail'}`] : []),
    ...(silent > 0 ? [`${count(silent, 'login')} did not answer`] : []),
    ...(errors > 0 ? [`${count(errors, 'check')} broke`] : []),
    ...(warns > 0 ? [count(warns, 'warning')] : []),
  ];
  return parts.join(', ');
}

/** Suites that hold something no stop covers: nobody may read green beside that, whatever was asked. */
function unprotected(report: Report): readonly string[] {
  return report.logins.flatMap((login) =>
    login.suites
      .filter(({ exposure }) => exposure.kind === 'unprotected')
      .map(({ suite, exposure }) => `${clip(escape(suite), 40)} is ${exposureWords(exposure)}`),
  );
}

/** Suites of which nobody knows what they hold: the unknown is never green either. */
function unknown(report: Report): readonly string[] {
  return report.logins.flatMap(({ suites }) =>
    suites.filter(({ exposure }) => exposure.kind === 'unknown').map(({ suite }) => suite),
  );
}

function icon(report: Report): string {
  const steps = stepsVerdict(report);
  if (steps !== undefined) return icons[steps.status];
  const verdict = overall(report);
  if (verdict === 'pass' && unprotected(report).length > 0) return icons.warn;
  if (verdict === 'pass' && unknown(report).length > 0) return icons.skip;
  return verdict === 'unknown' ? icons.skip : icons[verdict];
}

const stepColours = {
  fail: colours.critical,
  warn: colours.medium,
  skip: colours.unknown,
  pass: colours.good,
} as const;

function colour(report: Report): number {
  const steps = stepsVerdict(report);
  if (steps !== undefined) return stepColours[steps.status];
  const verdict = overall(report);
  if (verdict === 'pass' && unprotected(report).length > 0) return colours.medium;
  if (verdict === 'pass') return unknown(report).length > 0 ? colours.unknown : colours.good;
  if (verdict === 'warn') return colours.medium;
  if (verdict === 'unknown') return colours.unknown;
  const worst = worstFirst(findingsOf(report))[0];
  return worst?.severity === 'critical' || worst?.severity === 'high' ? colours.critical : colours.high;
}

function summaryEmbed(
  report: Report,
  sections: readonly Section[],
  single: boolean,
): { readonly embed: APIEmbed; readonly whole: boolean } {
  const sick = sections.flatMap(({ login, roots }) =>
    roots
      .filter(({ finding }) => urgencies[finding.status] <= urgencies.warn)
      .map(({ finding }) => ({ finding, login })),
  );
  sick.sort((a, b) => urgencies[a.finding.status] - urgencies[b.finding.status]);
  const [worst, ...others] = sick;
  const named = ({ finding, login }: (typeof sick)[number]) => {
    const where = single ? titleOf(finding) : `${titleOf(finding)} (${plain(login.login)})`;
    return clipWords(escape(withSuites(where, finding, login)), 90);
  };
  const missing = report.missing.map(({ login, suites, why }) => {
    const who = suites.length === 0 ? '' : ` (${clip(escape(suites.join(', ')), 80)})`;
    return `${icons.skip} **${clip(escape(login), 60)}**${who} did not answer, so nothing is known about it: ${clipWords(escape(why), 160)}`;
  });
  const silent = fitLines(missing, 1_000);
  const also = fitLines(
    others.map((one) => `${icons[one.finding.status]} ${named(one)}`),
    single ? 0 : 500,
  );
  const header = fitLines(single ? sections.flatMap(({ login }) => suiteLines(login, report)) : [], 900);
  const notes = fitLines(
    (report.notes ?? []).map((note) => `${icons.warn} ${clipWords(escape(note), 300)}`),
    600,
  );
  const first =
    worst === undefined
      ? missing[0]
      : `**${named(worst)}** – ${clipWords(escape(worst.finding.summary), 150)}`;
  const lines = [
    first ?? everythingFine(report),
    ...(also.text === '' ? [] : [also.text]),
    ...(worst === undefined ? silent.text.split('\n').slice(1) : [silent.text]).filter((line) => line !== ''),
    ...(header.text === '' ? [] : ['', header.text]),
    ...(notes.text === '' ? [] : ['', notes.text]),
  ];
  const points = score(report);
  const footer = [
    ...(points === undefined ? [] : [`score ${points}/100`]),
    `took ${span(report.finishedAt - report.askedAt)}`,
    exchangeTime(report.finishedAt),
    ...(single && sections[0] !== undefined ? [`worker ${clip(bare(sections[0].login.worker), 40)}`] : []),
  ].join(' · ');
  return {
    embed: {
      title: clip(`${icon(report)} ${verdictWords(report)} · ${escape(report.title)}`, 120),
      description: lines.join('\n'),
      color: colour(report),
      footer: { text: footer },
    },
    whole: silent.left === 0 && header.left === 0,
  };
}

function everythingFine(report: Report): string {
  const steps = stepsVerdict(report);
  if (steps !== undefined) return steps.line;
  const suites = report.logins.flatMap((login) => login.suites.map(({ suite }) => suite));
  const where = suites.length === 0 ? '' : ` on ${clipWords(escape(suites.join(', ')), 120)}`;
  if (overall(report) !== 'pass') return `Nothing could be checked${where}: see below why.`;
  const [naked, unseen] = [unprotected(report), unknown(report)];
  const first = [
    ...(naked.length === 0 ? [] : [`**${clipWords(naked.join('; '), 160)}.**`]),
    ...(unseen.length === 0
      ? []
      : [
          `**What ${clipWords(escape(unseen.join(', ')), 120)} ${unseen.length === 1 ? 'holds' : 'hold'} is not known.**`,
        ]),
  ];
  if (first.length > 0) return `${first.join(' ')} No check fails${where}.`;
  // What was not checked is not known to be well.
  return report.logins.some(({ findings }) => findings.some(({ status }) => status === 'skip'))
    ? `Nothing wrong was found${where}; see below what was skipped.`
    : `Nothing is wrong${where}.`;
}

function suiteLines(login: LoginReport, report: Report): readonly string[] {
  return login.suites.map(({ suite, contract, instrument, exposure, market }) => {
    const at = exposure.kind === 'unprotected' || exposure.kind === 'unknown' ? '**' : '';
    return [
      `**${clip(escape(suite), 40)}**`,
      clip(escape(contract ?? instrument), 40),
      `${at}${clip(escape(exposureWords(exposure)), 80)}${at}`,
      clip(escape(marketWords(market, report.finishedAt)), 90),
    ].join(' · ');
  });
}

function sectionFrame(
  { login, roots }: Section,
  report: Report,
  room: number,
): { readonly embed: APIEmbed; readonly whole: boolean } {
  const worst = roots[0]?.finding.status ?? 'skip';
  const fails = worst === 'fail' ? colours.critical : worst === 'warn' ? colours.medium : colours.unknown;
  const { text, left } = fitLines(suiteLines(login, report), room);
  return {
    embed: {
      title: clip(`${icons[worst]} ${escape(login.login)}`, 70),
      ...(text === '' ? {} : { description: text }),
      color: worst === 'pass' ? colours.good : fails,
      footer: { text: `worker ${clip(bare(login.worker), 40)} · took ${span(login.tookMs)}` },
    },
    whole: left === 0,
  };
}

function blocksOf({ login, roots }: Section, section: number, report: Report): readonly Block[] {
  const sick = roots.filter(({ finding }) => urgencies[finding.status] <= urgencies.warn);
  const skips = roots
    .filter(({ finding }) => finding.status === 'skip')
    .map(({ finding }) => skipLine(finding, login));
  const passed = roots.filter(({ finding }) => finding.status === 'pass');
  const passes = passesInShort(roots)
    ? [passNames(passed.map(({ finding }) => finding))]
    : passed.map(({ finding }) => passLine(finding, login));
  return [
    ...sick.map((root): Block => {
      const urgency = urgencies[root.finding.status];
      return { section, urgency, ...findingField(root, login, report.finishedAt) };
    }),
    ...grouped(skips, `${icons.skip} ${skips.length} skipped`, section, urgencies.skip),
    ...grouped(
      passes,
      `${icons.pass} ${passed.length === 1 ? '1 check passes' : `${passed.length} pass`}`,
      section,
      urgencies.pass,
    ),
  ];
}

function passesInShort(roots: readonly Root[]): boolean {
  return roots.filter(({ finding }) => finding.status === 'pass').length > mostPassLines;
}

/** Each question once, by name; what each saw is in the attached file. */
function passNames(passed: readonly Finding[]): string {
  const names = [...new Set(passed.map(({ diagnostic }) => diagnostic))].map(escape);
  const slowest = Math.max(...passed.map(({ tookMs }) => tookMs));
  return clipWords(`${names.join(', ')} · the slowest took ${span(slowest)}`, limits.fieldValue);
}

/** Discord wants a name for every field; this one shows nothing. */
const unnamed = '\u200b';

/** Lines in as many fields as they need. */
function grouped(
  lines: readonly string[],
  name: string,
  section: number,
  urgency: Urgency,
): readonly Block[] {
  const blocks: Block[] = [];
  let rest = lines;
  while (rest.length > 0) {
    const { text, left } = fitLines(rest, limits.fieldValue);
    if (text === '') break;
    blocks.push({ section, urgency, field: field(blocks.length === 0 ? name : unnamed, text), whole: true });
    rest = left === 0 ? [] : rest.slice(rest.length - left);
  }
  return blocks;
}

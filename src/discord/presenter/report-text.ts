// A report as plain text with nothing left out, for the attached file.
import type { Exhibit } from '../../domain/exhibit.ts';
import type { Finding, LoginReport, Report, ShownExhibit } from '../../domain/report.ts';
import { worstFirst } from '../../domain/score.ts';
import { tableLines } from './exhibit.ts';
import { evidenceLine, titleOf, withSuites } from './finding.ts';
import { clip, exchangeDay, exchangeInstant, plain, span } from './text.ts';
import { exposureWords, marketWords } from './words.ts';

/** Far more than any sane report; below Discord's attachment limit even in four-byte characters. */
const longestFile = 2_000_000;

function findingText(finding: Finding, login: LoginReport, now: number): readonly string[] {
  const heading = `[${finding.status.toUpperCase()}] ${withSuites(titleOf(finding), finding, login)}`;
  return [
    `${heading} (${plain(finding.diagnostic)}, ${finding.severity}, took ${span(finding.tookMs)})`,
    `    ${plain(finding.summary)}`,
    ...finding.evidence.map((evidence) => `    - ${evidenceLine(evidence, now)}`),
    ...(finding.remedy === undefined ? [] : [`    Do: ${plain(finding.remedy)}`]),
    ...(finding.consequences.length === 0
      ? []
      : [`    Explains: ${finding.consequences.map(plain).join(', ')}`]),
    ...(finding.consequenceOf === undefined ? [] : [`    Consequence of: ${plain(finding.consequenceOf)}`]),
    ...(finding.label === undefined ? [] : [`    More: /explain ${plain(finding.label)}`]),
  ];
}

function exhibitText({ suite, exhibit }: ShownExhibit): readonly string[] {
  return [
    '',
    `-- ${plain(exhibit.title)}${suite === undefined ? '' : ` · ${plain(suite)}`}`,
    ...exhibitLines(exhibit).map((line) => `    ${line}`),
    ...(exhibit.note === undefined ? [] : [`    ${plain(exhibit.note)}`]),
  ];
}

function exhibitLines(exhibit: Exhibit): readonly string[] {
  switch (exhibit.kind) {
    case 'table':
      return tableLines(exhibit);
    case 'timeline':
      return exhibit.entries.map(
        ({ exchangeAt, receivedAt, source, text }) =>
          `exchange ${exchangeAt === undefined ? '–' : exchangeInstant(exchangeAt)} | received ${exchangeInstant(receivedAt)} | ${plain(source)} | ${plain(text)}`,
      );
    case 'steps':
      return exhibit.steps.flatMap(({ name, status, said, startedAt, tookMs, evidence }) => [
        [
          `[${status.toUpperCase()}] ${plain(name)}`,
          ...(startedAt === undefined ? [] : [`began ${exchangeInstant(startedAt)}`]),
          ...(tookMs === undefined ? [] : [`took ${span(tookMs)}`]),
          plain(said),
        ].join(' | '),
        ...evidence.map(
          (one) =>
            `    - ${plain(one.label)}: ${plain(one.value)} (${plain(one.source)}, ${exchangeInstant(one.at)})`,
        ),
      ]);
  }
}

export function reportText(report: Report): string {
  const now = report.finishedAt;
  const lines = [
    `${plain(report.title)} – asked ${exchangeDay(report.askedAt)}, took ${span(now - report.askedAt)}`,
    ...(report.notes ?? []).map((note) => `NOTE: ${plain(note)}`),
    ...report.missing.map(
      ({ login, suites, why }) =>
        `NO ANSWER from ${plain(login)} (${suites.map(plain).join(', ')}): ${plain(why)}. Nothing is known of it.`,
    ),
    ...report.logins.flatMap((login) => [
      '',
      `== ${plain(login.login)} (worker ${plain(login.worker)}, took ${span(login.tookMs)})`,
      ...login.suites.map((suite) =>
        [
          plain(suite.suite),
          plain(suite.contract ?? suite.instrument),
          ...(suite.account === undefined ? [] : [plain(suite.account)]),
          exposureWords(suite.exposure),
          marketWords(suite.market, now),
        ].join(' · '),
      ),
      '',
      ...worstFirst(login.findings).flatMap((finding) => findingText(finding, login, now)),
      ...(login.exhibits ?? []).flatMap(exhibitText),
    ]),
  ];
  return clip(`${lines.join('\n')}\n`, longestFile);
}

// One finding as an embed field: icon and title, what is wrong, the evidence, what to do, and what it explains.
import type { APIEmbedField } from 'discord-api-types/v10';
import type { Evidence } from '../../domain/diagnostic.ts';
import type { Finding, LoginReport } from '../../domain/report.ts';
import { field, limits } from './message.ts';
import { ago, clip, clipWords, escape, plain, span } from './text.ts';
import { icons } from './words.ts';

/** A finding that is shown by itself, with those it explains. */
export interface Root {
  readonly finding: Finding;
  readonly consequences: readonly Finding[];
}

function causeOf(finding: Finding, all: readonly Finding[]): Finding | undefined {
  if (finding.consequenceOf === undefined) return undefined;
  const causes = all.filter(
    (other) =>
      other !== finding &&
      other.diagnostic === finding.consequenceOf &&
      (other.status === 'fail' || other.status === 'warn' || other.status === 'error'),
  );
  return causes.find(({ suites }) => suites.some((suite) => finding.suites.includes(suite))) ?? causes[0];
}

/** Walks to the end of the causes; a circle of causes explains nothing, so everybody in it stands for itself. */
function rootOf(finding: Finding, all: readonly Finding[]): Finding {
  const seen = new Set([finding]);
  let here = finding;
  for (;;) {
    const cause = causeOf(here, all);
    if (cause === undefined) return here;
    if (seen.has(cause)) return finding;
    seen.add(cause);
    here = cause;
  }
}

/** Consequences folded under their causes; passes are never folded. Order is kept. */
export function folded(findings: readonly Finding[]): readonly Root[] {
  const roots = new Map<Finding, Finding[]>();
  const rooted = findings.map((finding) => ({
    finding,
    root: finding.status === 'pass' ? finding : rootOf(finding, findings),
  }));
  for (const { finding, root } of rooted) if (finding === root) roots.set(finding, []);
  for (const { finding, root } of rooted) if (finding !== root) roots.get(root)?.push(finding);
  return [...roots].map(([finding, consequences]) => ({ finding, consequences }));
}

/** Plain, not yet escaped: `Market hub is mute`, or the question where there is no title. */
export function titleOf(finding: Finding): string {
  return plain(finding.title ?? finding.question) || plain(finding.diagnostic) || 'Unnamed check';
}

/** `Feed is stale · mnq`; the suites are left out where there is but one on the login. Plain text. */
export function withSuites(text: string, finding: Finding, login: LoginReport): string {
  if (login.suites.length <= 1 || finding.suites.length === 0) return text;
  const all = finding.suites.length > 1 && finding.suites.length === login.suites.length;
  return `${text} · ${all ? 'all suites' : finding.suites.map(plain).join(', ')}`;
}

/** `newest print: 74 s old · fail over 60 s · market hub · 2 s ago`. Plain text. */
export function evidenceLine(evidence: Evidence, now: number): string {
  return [
    `${plain(evidence.label)}: ${plain(evidence.value)}`,
    ...(evidence.threshold === undefined ? [] : [heldAgainst(plain(evidence.threshold))]),
    `${plain(evidence.source)}, ${ago(evidence.at, now)}`,
  ].join(' · ');
}

/** `fail over 60 s` speaks for itself; `connected and proven by data` needs to be told from the value beside it. */
function heldAgainst(threshold: string): string {
  return /^(warn|fail|alarm)\b/.test(threshold) ? threshold : `should be: ${threshold}`;
}

/** Chosen so that a field of 1024 holds all of it and at least one line of evidence. */
const longest = { summary: 220, remedy: 200, explains: 120, label: 60, value: 110, threshold: 70 } as const;

function evidenceMarkdown(evidence: Evidence, now: number): string {
  const threshold =
    evidence.threshold === undefined
      ? ''
      : ` (${heldAgainst(clip(escape(evidence.threshold), longest.threshold))})`;
  const source = `${clip(escape(evidence.source), longest.label)}, ${ago(evidence.at, now)}`;
  return `• ${clip(escape(evidence.label), longest.label)}: **${clip(escape(evidence.value), longest.value) || '–'}**${threshold} · ${source}`;
}

export interface FindingField {
  readonly field: APIEmbedField;
  /** False where something had to be cut or left out. */
  readonly whole: boolean;
}

/** A fail, warn or error in full, never over Discord's limits. */
export function findingField(root: Root, login: LoginReport, now: number): FindingField {
  const { finding, consequences } = root;
  const name = `${icons[finding.status]} ${escape(withSuites(titleOf(finding), finding, login))}`;
  const summary = escape(finding.summary);
  const remedy = escape(finding.remedy ?? '');
  const broke = finding.status === 'error' ? 'The check itself failed: this is unknown, not ok.' : '';
  // One trouble may be seen by two checks, and has one name: the other is called by its question.
  const named = (one: Finding): string =>
    titleOf(one) === titleOf(finding) ? plain(one.question) : titleOf(one);
  const explains = consequences.map((one) => escape(withSuites(named(one), one, login))).join('; ');
  const label = finding.label ?? finding.diagnostic;
  const tail = [
    ...(remedy === '' ? [] : [`→ **Do:** ${clipWords(remedy, longest.remedy)}`]),
    ...(explains === ''
      ? []
      : [`↳ explains ${consequences.length} more: ${clipWords(explains, longest.explains)}`]),
    `${clip(escape(label), longest.label)} · ${finding.severity} · took ${span(finding.tookMs)}`,
  ];
  const head = [clipWords(summary, longest.summary), ...(broke === '' ? [] : [broke])].filter(
    (line) => line !== '',
  );
  let room = limits.fieldValue - [...head, ...tail].reduce((sum, line) => sum + line.length + 1, 0);
  const evidence: string[] = [];
  for (const one of finding.evidence) {
    const line = evidenceMarkdown(one, now);
    if (line.length + 1 > room || evidence.length === 5) break;
    evidence.push(line);
    room -= line.length + 1;
  }
  const whole =
    evidence.length === finding.evidence.length &&
    finding.evidence.every(
      ({ label: what, value, threshold, source }) =>
        escape(what).length <= longest.label &&
        escape(value).length <= longest.value &&
        escape(source).length <= longest.label &&
        escape(threshold ?? '').length <= longest.threshold,
    ) &&
    summary.length <= longest.summary &&
    remedy.length <= longest.remedy &&
    explains.length <= longest.explains &&
    name.length <= limits.fieldName;
  return { field: field(name, [...head, ...evidence, ...tail].join('\n')), whole };
}

/** A pass in one line: `gateway-reachable: The gateway answers in 12 ms · 3 ms`; its suites only where it does not speak of all. */
export function passLine(finding: Finding, login: LoginReport): string {
  const everywhere = finding.suites.length >= login.suites.length;
  const name = escape(everywhere ? finding.diagnostic : withSuites(finding.diagnostic, finding, login));
  const summary = finding.summary.replace(/\.$/, '');
  return `**${clip(name, 70)}** ${clipWords(escape(summary) || 'fine', 90)} · ${span(finding.tookMs)}`;
}

/** A skip in one line with its reason. */
export function skipLine(finding: Finding, login: LoginReport): string {
  const name = escape(withSuites(finding.diagnostic, finding, login));
  // The suite stands before the dash already.
  const [suite = ''] = finding.suites.length === 1 ? finding.suites : [];
  const isNamed = suite !== '' && finding.summary.startsWith(`${suite}: `);
  const reason = isNamed ? finding.summary.slice(suite.length + 2) : finding.summary;
  return `${clip(name, 70)} – ${clipWords(escape(reason) || 'no reason given', 140)}`;
}

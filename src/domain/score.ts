// What a report comes to as a whole: its worst verdict, and a score that is only an ornament and never hides a dead part.
import type { Severity } from './diagnostic.ts';
import type { Finding, Report } from './report.ts';

/** `unknown` = something could not be told; it is never ok. */
export type Overall = 'fail' | 'unknown' | 'warn' | 'pass';

/** Highest score a report can have that holds such a finding. Start values: no source but the order they keep. */
const caps: Readonly<Record<'fail' | 'warn', Readonly<Record<Severity, number>>>> = {
  fail: { critical: 10, high: 35, medium: 55, low: 70 },
  warn: { critical: 75, high: 80, medium: 88, low: 94 },
};
const missingCap = 30;
const errorCap = 50;
const skipCap = 99;
/** What each further sick thing costs below the cap. */
const furtherCost = 3;

const severityRank: Readonly<Record<Severity, number>> = { critical: 0, high: 1, medium: 2, low: 3 };
const statusRank: Readonly<Record<Finding['status'], number>> = {
  fail: 0,
  error: 1,
  warn: 2,
  skip: 3,
  pass: 4,
};

const severities = Object.keys(severityRank).length;

/** The lower the worse: fail before error before warn before skip before pass, then by severity. */
export function rankOf({ status, severity }: Pick<Finding, 'status' | 'severity'>): number {
  return statusRank[status] * severities + severityRank[severity];
}

/** Worst first; equals keep their order. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => rankOf(a) - rankOf(b));
}

/** A finding that stands for itself: not folded under its cause. */
export function standsAlone(finding: Finding): boolean {
  return finding.consequenceOf === undefined;
}

export function findingsOf(report: Report): readonly Finding[] {
  return report.logins.flatMap(({ findings }) => findings);
}

/** A failure outranks the unknown, the unknown outranks a warning; `pass` only where something was asked and passed. */
export function overall(report: Report): Overall {
  const findings = findingsOf(report);
  if (findings.some(({ status }) => status === 'fail')) return 'fail';
  if (report.missing.length > 0 || findings.some(({ status }) => status === 'error')) return 'unknown';
  if (findings.some(({ status }) => status === 'warn')) return 'warn';
  return findings.some(({ status }) => status === 'pass') ? 'pass' : 'unknown';
}

/** 0-100, never above the cap of the worst finding; undefined where nothing at all could be told. */
export function score(report: Report): number | undefined {
  const findings = findingsOf(report);
  if (!findings.some(({ status }) => status === 'pass' || status === 'warn' || status === 'fail'))
    return undefined;
  let cap = report.missing.length > 0 ? missingCap : 100;
  let sick = report.missing.length;
  for (const finding of findings) {
    cap = Math.min(cap, capOf(finding));
    if (standsAlone(finding) && finding.status !== 'pass' && finding.status !== 'skip') sick += 1;
  }
  return Math.max(0, cap - Math.max(0, sick - 1) * furtherCost);
}

function capOf(finding: Finding): number {
  switch (finding.status) {
    case 'pass':
      return 100;
    case 'skip':
      return skipCap;
    case 'error':
      return errorCap;
    case 'warn':
    case 'fail':
      return caps[finding.status][finding.severity];
  }
}

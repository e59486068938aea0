// A folder is a registry: every file of a folder is one unit, found by name, checked, and listed in a fixed order.
import { readdir } from 'node:fs/promises';
import type { Detector } from './domain/detector.ts';
import type { Diagnostic, Explanation, Severity } from './domain/diagnostic.ts';
import { OpsError } from './domain/errors.ts';
import type { Exhibitor } from './domain/exhibit.ts';
import type { Playbook } from './domain/playbook.ts';

/** One row of what `/explain` knows; the same word for the same thing may be used by a diagnostic and a detector. */
export interface KnownFinding {
  readonly finding: string;
  readonly severity: Severity;
  readonly explanation: Explanation;
  readonly source: string;
}

interface Named {
  readonly name: string;
}

function invalid(message: string): OpsError {
  return new OpsError('bug', message, { retryable: false, hint: 'Correct the file named here.' });
}

/**
 * Loads the default export of every `.ts` or `.js` file of a folder, sorted by name.
 * @param folder a `file:` URL that ends in `/`
 * @param check turns an export into the unit, or throws with what is wrong with it
 * @throws OpsError `bug` where an export is not its file's namesake
 */
export async function loadFolder<T extends Named>(
  folder: URL,
  check: (exported: unknown, file: string) => T,
): Promise<readonly T[]> {
  const files = (await readdir(folder)).filter((file) => /\.[jt]s$/.test(file) && !file.endsWith('.d.ts'));
  const units = await Promise.all(
    files.map(async (file) => {
      const module = (await import(new URL(file, folder).href)) as { readonly default?: unknown };
      const unit = check(module.default, file);
      const expected = file.replace(/\.[jt]s$/, '');
      if (unit.name !== expected)
        throw invalid(`${file} calls itself "${unit.name}"; its name must be "${expected}".`);
      return unit;
    }),
  );
  return units.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Every file of `diagnostics/`, checked together. */
export async function loadDiagnostics(
  folder = new URL('./diagnostics/', import.meta.url),
): Promise<readonly Diagnostic[]> {
  const diagnostics = await loadFolder(folder, (exported, file) => {
    const found = unitOf(exported, file, 'examine');
    if (typeof found['question'] !== 'string' || !Array.isArray(found['dependsOn'])) {
      throw invalid(`${file} does not export a diagnostic: it needs a question and dependsOn.`);
    }
    return exported as Diagnostic;
  });
  checkDependencies(diagnostics);
  checkFindings(diagnostics, 'diagnostic');
  return diagnostics;
}

/** Every file of `detectors/`, checked together. */
export async function loadDetectors(
  folder = new URL('./detectors/', import.meta.url),
): Promise<readonly Detector[]> {
  const detectors = await loadFolder(folder, (exported, file) => {
    const found = unitOf(exported, file, 'detect');
    if ((found['watches'] !== 'login' && found['watches'] !== 'desk') || !Array.isArray(found['causedBy'])) {
      throw invalid(`${file} does not export a detector: it needs watches and causedBy.`);
    }
    return exported as Detector;
  });
  checkFindings(detectors, 'detector');
  return detectors;
}

/**
 * Every cause that an alarm waits behind must be an alarm itself, of a detector or of a diagnostic.
 * @throws OpsError `bug` where one is not
 */
export function checkCauses(detectors: readonly Detector[]): void {
  const known = new Set(detectors.flatMap((one) => Object.keys(one.findings)));
  for (const { name, causedBy } of detectors) {
    const unknown = causedBy.find((finding) => !known.has(finding));
    if (unknown !== undefined)
      throw invalid(`Detector ${name} names the cause "${unknown}", which nothing detects.`);
  }
}

/** Every file of `exhibits/`. */
export async function loadExhibits(
  folder = new URL('./exhibits/', import.meta.url),
): Promise<readonly Exhibitor[]> {
  return await loadFolder(folder, (exported, file) => {
    const { scope } = unitOf(exported, file, 'show');
    if (scope !== 'login' && scope !== 'suite') {
      throw invalid(`${file} does not export an exhibit: its scope must be "login" or "suite".`);
    }
    return exported as Exhibitor;
  });
}

/** Every file of `playbooks/`; a finding has one playbook at most. */
export async function loadPlaybooks(
  folder = new URL('./playbooks/', import.meta.url),
): Promise<readonly Playbook[]> {
  const playbooks = await loadFolder(folder, (exported, file) => {
    const found = exported as Partial<Playbook> | undefined;
    if (typeof found?.name !== 'string' || !Array.isArray(found.findings) || !Array.isArray(found.steps))
      throw invalid(`${file} does not export a playbook: it needs a name, findings and steps.`);
    return exported as Playbook;
  });
  const homes = new Map<string, string>();
  for (const { name, findings } of playbooks) {
    for (const finding of findings) {
      const other = homes.get(finding);
      if (other !== undefined)
        throw invalid(`The finding "${finding}" has two playbooks: ${other} and ${name}.`);
      homes.set(finding, name);
    }
  }
  return playbooks;
}

/** Every file of `commands/`; their contract belongs to Discord's room, so here only a name and a plan are asked for. */
export async function loadCommands<T extends Named>(
  folder = new URL('../commands/', import.meta.url),
): Promise<readonly T[]> {
  return await loadFolder(folder, (exported, file) => unitOf(exported, file, 'plan') as unknown as T);
}

/**
 * Every finding there is, by name, with who can come to it.
 * @throws OpsError `bug` where one word means two things
 */
export function knownFindings(
  diagnostics: readonly Diagnostic[],
  detectors: readonly Detector[],
): readonly KnownFinding[] {
  const known = new Map<string, KnownFinding>();
  const add = (finding: string, explanation: Explanation, severity: Severity, source: string): void => {
    const same = known.get(finding);
    if (same !== undefined && same.explanation !== explanation) {
      throw invalid(`The finding "${finding}" of ${source} is explained in another way by ${same.source}.`);
    }
    known.set(finding, {
      finding,
      explanation,
      severity: same?.severity ?? severity,
      source: same === undefined ? source : `${same.source}, ${source}`,
    });
  };
  for (const { name, findings, severity } of diagnostics) {
    for (const [finding, explanation] of Object.entries(findings)) {
      add(finding, explanation, severity, `diagnostic ${name}`);
    }
  }
  for (const { name, findings } of detectors) {
    for (const [finding, explanation] of Object.entries(findings)) {
      add(finding, explanation, 'high', `detector ${name}`);
    }
  }
  return [...known.values()].sort((a, b) => (a.finding < b.finding ? -1 : 1));
}

function unitOf(exported: unknown, file: string, method: string): Readonly<Record<string, unknown>> & Named {
  if (typeof exported === 'object' && exported !== null && 'name' in exported && method in exported) {
    const unit = exported as Readonly<Record<string, unknown>>;
    if (typeof exported.name === 'string' && typeof unit[method] === 'function')
      return unit as Readonly<Record<string, unknown>> & Named;
  }
  throw invalid(`${file} has no default export with a name and a function "${method}".`);
}

function checkDependencies(diagnostics: readonly Diagnostic[]): void {
  const byName = new Map(diagnostics.map((one) => [one.name, one]));
  const visit = (one: Diagnostic, path: readonly string[]): void => {
    if (path.includes(one.name))
      throw invalid(`Diagnostics depend in a circle: ${[...path, one.name].join(' → ')}.`);
    for (const dependency of one.dependsOn) {
      const next = byName.get(dependency);
      if (next === undefined)
        throw invalid(`Diagnostic ${one.name} depends on "${dependency}", which does not exist.`);
      visit(next, [...path, one.name]);
    }
  };
  for (const one of diagnostics) visit(one, []);
}

interface Finder extends Named {
  readonly findings: Readonly<Record<string, Explanation>>;
}

/** A label is one thing: shared only where the very same explanation is shared. */
function checkFindings(units: readonly Finder[], what: string): void {
  const known = new Map<string, { readonly explanation: Explanation; readonly by: string }>();
  for (const { name, findings } of units) {
    for (const [label, explanation] of Object.entries(findings)) {
      const complete =
        explanation.title !== '' && explanation.meaning !== '' && explanation.causes.length > 0;
      if (!complete || explanation.next.length === 0) {
        throw invalid(`The finding "${label}" of ${what} ${name} is not fully explained.`);
      }
      const same = known.get(label);
      if (same !== undefined && same.explanation !== explanation) {
        throw invalid(
          `The finding "${label}" is declared by ${what} ${same.by} and, differently, by ${name}.`,
        );
      }
      known.set(label, { explanation, by: name });
    }
  }
}

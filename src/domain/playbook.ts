// A playbook: the steps a tired person takes for one kind of trouble, in order, each with what it should show.

export interface PlaybookStep {
  /** Stable within the playbook; kebab-case. */
  readonly id: string;
  /** An order in a few words, no full stop: `Look at the position on the platform`. */
  readonly title: string;
  /** One or two sentences: how, and what one should see. */
  readonly how: string;
}

export interface Playbook {
  /** kebab-case, equal to the file's name. */
  readonly name: string;
  /** A few words, capitalised: `A hub is down`. */
  readonly title: string;
  /** The findings it is for. */
  readonly findings: readonly string[];
  readonly steps: readonly [PlaybookStep, ...PlaybookStep[]];
}

/** The playbook for what an incident's alerts found, the root first; undefined = none is for any of it. */
export function playbookFor(
  playbooks: readonly Playbook[],
  findings: readonly string[],
): Playbook | undefined {
  for (const finding of findings) {
    const found = playbooks.find((playbook) => playbook.findings.includes(finding));
    if (found !== undefined) return found;
  }
  return undefined;
}

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

/** A step in a thread's list: it may come from another playbook than the one the list is named after. */
export interface ListedStep extends PlaybookStep {
  readonly of?: string;
}

/** What stands in a thread: the steps of one playbook, or those for an exposed position and after them those of the cause. */
export interface StepList {
  readonly playbook: string;
  readonly title: string;
  readonly steps: readonly ListedStep[];
}

/** Money first: `urgent` in front of the others, where there is any. */
export function stepList(urgent: Playbook | undefined, cause: Playbook | undefined): StepList | undefined {
  const [first, then] = urgent === undefined ? [cause] : [urgent, cause];
  if (first === undefined) return undefined;
  if (then === undefined || then.name === first.name)
    return { playbook: first.name, title: first.title, steps: first.steps };
  return {
    playbook: first.name,
    title: `${first.title}; after that: ${then.title}`,
    steps: [...first.steps, ...then.steps.map((step) => ({ ...step, of: then.name }))],
  };
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

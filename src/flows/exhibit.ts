// Makes the exhibits that were asked for; one that throws, or that this worker does not know, says so instead of hiding.
import { messageOf } from '../domain/errors.ts';
import type { Exhibit, Exhibitor, ShowContext } from '../domain/exhibit.ts';
import type { ShownExhibit } from '../domain/report.ts';
import type { SuiteView } from '../domain/suite.ts';
import { scrub } from '../log.ts';

export interface ExhibitOptions {
  readonly suites: readonly SuiteView[];
  /** Names asked for, in the order they are shown. */
  readonly wanted: readonly string[];
  /** Every exhibit there is. */
  readonly exhibitors: readonly Exhibitor[];
  readonly contextOf: (suite: SuiteView) => ShowContext;
}

/** In the order asked for, suite by suite; those about the login come once. */
export function exhibitsOf({
  suites,
  wanted,
  exhibitors,
  contextOf,
}: ExhibitOptions): readonly ShownExhibit[] {
  return wanted.flatMap((name) => {
    const exhibitor = exhibitors.find((one) => one.name === name);
    if (exhibitor === undefined) {
      return [
        {
          suite: undefined,
          exhibit: unable(name, 'this worker does not know it: is it older than the bot?'),
        },
      ];
    }
    const ofLogin = exhibitor.scope === 'login';
    return (ofLogin ? suites.slice(0, 1) : suites).flatMap((suite) =>
      shown(exhibitor, suite, contextOf(suite)).map(
        (exhibit): ShownExhibit => ({ suite: ofLogin ? undefined : suite.spec.name, exhibit }),
      ),
    );
  });
}

function shown(exhibitor: Exhibitor, suite: SuiteView, context: ShowContext): readonly Exhibit[] {
  try {
    return exhibitor.show(suite, context);
  } catch (error) {
    return [unable(exhibitor.name, `this exhibit itself failed: ${messageOf(error)}`)];
  }
}

function unable(name: string, why: string): Exhibit {
  return { kind: 'table', title: name, columns: [], rows: [], note: scrub(`Nothing can be shown: ${why}`) };
}

// What ./test.sh may say at its end: vitest's own counts, with nothing that failed left out of them.

export interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** The lines to print, the last one `N passed, N failed`, and the exit code. */
export function closing(
  results: Results | undefined,
  vitestExit: number,
  failedSteps: readonly string[],
): { readonly lines: readonly string[]; readonly exit: number } {
  const lines = failedSteps.map((step) => `${step} failed: counted as one failure`);
  const passed = results?.numPassedTests ?? 0;
  // A file that could not even be loaded has no failed test of its own, yet it failed.
  const unloaded = (results?.testResults ?? []).filter(
    (ran) => ran.status === 'failed' && !ran.assertionResults.some((test) => test.status === 'failed'),
  );
  lines.push(...unloaded.map(({ name }) => `could not run: ${name}`));
  let failed = (results?.numFailedTests ?? 0) + unloaded.length;
  if (failed === 0 && vitestExit !== 0) {
    lines.push(
      `vitest ended with ${vitestExit} outside of any test: an unhandled error, or it never started`,
    );
    failed += 1;
  } else if (failed === 0 && passed === 0) {
    lines.push('no test ran at all');
    failed += 1;
  }
  failed += failedSteps.length;
  const skipped = (results?.numPendingTests ?? 0) + (results?.numTodoTests ?? 0);
  if (skipped > 0) lines.push(`${skipped} skipped`);
  lines.push(`${passed} passed, ${failed} failed`);
  return { lines, exit: vitestExit !== 0 ? vitestExit : failed > 0 ? 1 : 0 };
}

// Prints the closing line of ./test.sh from vitest's own results, `N passed, N failed`, and ends with the right exit code.
import { existsSync, readFileSync } from 'node:fs';

interface Results {
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

const [file = '', vitestExit = '1', failedSteps = '0'] = process.argv.slice(2);
const results = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : undefined;

const passed = results?.numPassedTests ?? 0;
// A file that could not even be loaded has no failed test of its own, yet it failed.
const unloaded = (results?.testResults ?? []).filter(
  (ran) => ran.status === 'failed' && !ran.assertionResults.some((test) => test.status === 'failed'),
);
for (const { name } of unloaded) console.log(`could not run: ${name}`);
let failedTests = (results?.numFailedTests ?? 0) + unloaded.length;
if (failedTests === 0 && Number(vitestExit) !== 0) {
  console.log(`vitest ended with ${vitestExit} outside of any test: an unhandled error, or it never started`);
  failedTests += 1;
}
if (failedTests === 0 && passed === 0) {
  console.log('no test ran at all');
  failedTests += 1;
}

const skipped = (results?.numPendingTests ?? 0) + (results?.numTodoTests ?? 0);
if (skipped > 0) console.log(`${skipped} skipped`);
const failed = failedTests + Number(failedSteps);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = Number(vitestExit) || (failed > 0 ? 1 : 0);

// Prints the closing line of ./test.sh and ends with its exit code (arguments: RESULTS VITEST_EXIT FAILED_STEP…).
import { existsSync, readFileSync } from 'node:fs';
import { closing, type Results } from './closing.ts';

const [file = '', vitestExit = '1', ...failedSteps] = process.argv.slice(2);
const results = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : undefined;
const { lines, exit } = closing(results, Number(vitestExit), failedSteps);
for (const line of lines) console.log(line);
process.exitCode = exit;

// docs/findings.md says what the diagnostics and detectors say today.
import { expect, it } from 'vitest';
import { loadDetectors, loadDiagnostics } from '../../src/catalogue.ts';
import { findingsPage } from './findings-page.ts';
import { textOf } from './source-tree.ts';

it('docs/findings.md is as `npm run docs` writes it', async () => {
  expect(textOf('docs/findings.md')).toBe(findingsPage(await loadDiagnostics(), await loadDetectors()));
});

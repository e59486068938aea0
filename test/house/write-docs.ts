// `npm run docs`: writes docs/findings.md anew.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadDetectors, loadDiagnostics } from '../../src/catalogue.ts';
import { findingsPage } from './findings-page.ts';
import { root } from './source-tree.ts';

const page = findingsPage(await loadDiagnostics(), await loadDetectors());
writeFileSync(path.join(root, 'docs/findings.md'), page);

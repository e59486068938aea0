// Compiles a file that is not there as if it stood in the house, and gives the compiler's complaints about it.
import path from 'node:path';
import ts from 'typescript';
import { root } from './source-tree.ts';

/** @param file where it would stand, from the project's root */
export function complaintsAbout(file: string, text: string): readonly string[] {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), (name) => ts.sys.readFile(name)) as {
    readonly config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root, { noEmit: true });
  const place = path.join(root, file);
  const real = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...real,
    getSourceFile: (name, ...rest) =>
      name === place
        ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2023)
        : real.getSourceFile(name, ...rest),
    fileExists: (name) => name === place || real.fileExists(name),
    readFile: (name) => (name === place ? text : real.readFile(name)),
  };
  const program = ts.createProgram([place], options, host);
  return ts
    .getPreEmitDiagnostics(program, program.getSourceFile(place))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

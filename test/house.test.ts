// Does the house stand: floors, circles, vendors in their homes, the first line of every file, sizes and names?
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { floorOf, forbiddenNames, groundPackages, homes, mutatingPaths, refusal } from './house/floors.ts';
import { circles, importsOf, packageOf, projectFiles, root, textOf } from './house/source-tree.ts';

const files = projectFiles();
const code = files.filter((file) => /\.(ts|js|mjs)$/.test(file) && !/\.d\.ts$/.test(file));
const house = code.filter((file) => /^(src|commands)\//.test(file));
const imports = new Map(code.map((file) => [file, importsOf(file)]));

function each(of: readonly string[], complaint: (file: string) => string | undefined): string[] {
  return of.flatMap((file) => complaint(file) ?? []);
}

describe('floors', () => {
  it('knows the place of every file of src and commands', () => {
    expect(house.length).toBeGreaterThan(15);
    expect(house.filter((file) => floorOf(file) === 'nowhere')).toEqual([]);
  });

  it('has every arrow pointing down', () => {
    const wrong = house.flatMap((file) =>
      (imports.get(file) ?? []).flatMap(({ file: to, line }) => {
        const why =
          to === undefined ? undefined : /^(src|commands)\//.test(to) ? refusal(file, to) : 'outside';
        return why === undefined ? [] : [`${file}:${line} imports ${to}: ${why}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('refuses an arrow that points up or sideways', () => {
    expect(refusal('src/domain/suite.ts', 'src/log.ts')).toBeUndefined();
    expect(refusal('src/domain/suite.ts', 'src/queue/outbox.ts')).toMatch(/ground/);
    expect(refusal('src/flows/watch.ts', 'src/queue/outbox.ts')).toMatch(/itself/);
    expect(refusal('src/discord/command.ts', 'src/config.ts')).toMatch(/itself/);
    expect(refusal('commands/health.ts', 'src/discord/presenter.ts')).toMatch(/plans/);
    expect(refusal('commands/health.ts', 'src/discord/command.ts')).toBeUndefined();
    expect(refusal('src/bot.ts', 'src/projectx/hub.ts')).toMatch(/suite/);
    expect(refusal('src/worker.ts', 'src/discord/bot.ts')).toMatch(/Discord/);
    expect(refusal('src/worker.ts', 'src/local/redis.ts')).toMatch(/stand-in/);
    expect(refusal('src/main.ts', 'src/local/redis.ts')).toBeUndefined();
  });

  it('has no circle, `import type` included', () => {
    const graph = new Map(
      code.map((file) => [file, (imports.get(file) ?? []).flatMap(({ file: to }) => to ?? [])] as const),
    );
    expect(circles(graph).map((circle) => circle.join(' → '))).toEqual([]);
  });

  it('finds a circle where there is one', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', ['a']],
      ['d', []],
    ]);
    expect(circles(graph)).toEqual([['a', 'b', 'c', 'a']]);
  });

  it('imports own files by their real name, extension included', () => {
    const known = new Set(files);
    const wrong = code.flatMap((file) =>
      (imports.get(file) ?? []).flatMap(({ file: to, specifier, line }) =>
        to === undefined || known.has(to) || to.endsWith('package.json')
          ? []
          : [`${file}:${line} ${specifier}`],
      ),
    );
    expect(wrong).toEqual([]);
  });
});

describe('vendors', () => {
  it('live in their homes', () => {
    const wrong = house.flatMap((file) =>
      (imports.get(file) ?? []).flatMap(({ specifier, line }) => {
        const home = homes[packageOf(specifier) ?? ''];
        return home === undefined || home.test(file) ? [] : [`${file}:${line} imports ${specifier}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('and the system stay out of the ground', () => {
    const wrong = house
      .filter((file) => floorOf(file) === 'ground')
      .flatMap((file) =>
        (imports.get(file) ?? []).flatMap(({ specifier, line }) => {
          const name = packageOf(specifier);
          return name === undefined || groundPackages[name]?.test(file)
            ? []
            : [`${file}:${line} ${specifier}`];
        }),
      );
    expect(wrong).toEqual([]);
  });

  it('are all named in package.json', () => {
    const declared = JSON.parse(textOf('package.json')) as Record<string, Record<string, string> | undefined>;
    const runtime = new Set(Object.keys(declared['dependencies'] ?? {}));
    const any = new Set([...runtime, ...Object.keys(declared['devDependencies'] ?? {})]);
    const wrong = code.flatMap((file) =>
      (imports.get(file) ?? []).flatMap(({ specifier, line }) => {
        const name = packageOf(specifier);
        if (name === undefined || name.startsWith('node:')) return [];
        return (house.includes(file) ? runtime : any).has(name) ? [] : [`${file}:${line} imports ${name}`];
      }),
    );
    expect(wrong).toEqual([]);
  });
});

describe('rules and journeys', () => {
  const pure = house.filter((file) => /^(src\/(domain|diagnostics|detectors|flows)|commands)\//.test(file));

  it('never read the clock or wait by themselves', () => {
    const clock = /\bDate\.now\(|\bnew Date\(\)|\bset(Timeout|Interval|Immediate)\(|\bperformance\.now\(/;
    expect(each(pure, (file) => lineOf(file, clock))).toEqual([]);
  });

  it('never reach for the network by themselves', () => {
    expect(
      each(pure, (file) => lineOf(file, /\bfetch\(|\bnew (WebSocket|EventSource)\b|from 'node:/)),
    ).toEqual([]);
  });

  it('cannot express a call that changes an account', () => {
    const watched = house.filter((file) => !/^src\/(local|projectx\/rest)(\/|\.ts$)/.test(file));
    expect(each(watched, (file) => lineOf(file, mutatingPaths))).toEqual([]);
  });
});

describe('every file', () => {
  it('says its duty on line 1', () => {
    const dutiful = files.filter((file) =>
      /\.(ts|js|mjs|css|html|sh|ya?ml)$|^\.ci\/run$|(Dockerfile|^\.env\.example)$/.test(file),
    );
    expect(
      each(dutiful, (file) => (dutyOf(textOf(file)) === undefined ? `${file}: no duty` : undefined)),
    ).toEqual([]);
  });

  it('has at most 400 lines', () => {
    const long = each(
      files.filter((file) => /\.(ts|js|mjs|css|html|sh)$/.test(file)),
      (file) => {
        const lines = textOf(file).trimEnd().split('\n').length;
        return lines > 400 ? `${file}: ${lines} lines` : undefined;
      },
    );
    expect(long).toEqual([]);
  });

  it('of code is named in kebab-case, and by what it is', () => {
    expect(house.filter((file) => !/^[a-z0-9]+([-/.][a-z0-9]+)*\.(ts|js|mjs)$/.test(file))).toEqual([]);
    expect(
      files.filter((file) => /^(src|commands|test|bench)\//.test(file) && forbiddenNames.test(file)),
    ).toEqual([]);
  });

  it('of code does more than hand on what another exports', () => {
    const barrel = (text: string): boolean =>
      text
        .split('\n')
        .filter((line) => line.trim() !== '' && !line.startsWith('//'))
        .every((line) => /^export (type )?(\*|\{.*\}) from /.test(line));
    expect(house.filter((file) => barrel(textOf(file)))).toEqual([]);
  });

  it('of tests stands where its subject stands', () => {
    const free = /^test\/(house|scenarios|browser|fakes|fixtures)(\/|\.test\.ts$)/;
    const wrong = files.filter((file) => {
      if (!file.startsWith('test/') || !file.endsWith('.test.ts') || free.test(file)) return false;
      const subject = file.slice('test/'.length).replace(/\.test\.ts$/, '');
      const folder = path.posix.dirname(subject);
      const around =
        folder === '.' ? [`src/${subject}.ts`, `src/${subject}/`] : [`src/${folder}/`, `${folder}/`];
      return !around.some((place) => files.some((own) => own.startsWith(place)));
    });
    expect(wrong).toEqual([]);
  });

  it('names no path of somebody’s machine and no package registry', () => {
    const machine = new RegExp(['/(home|Users)/[a-z]', '(^|[^.\\w])/wo' + 'rk/', '/ro' + 'ot/'].join('|'));
    const registry = new RegExp('https?://[^/\\s"]*(regis' + 'try|nexus|artifactory|verdaccio)');
    const texts = files.filter(
      (file) => !/\.(png|jpe?g|woff2?|ico|gz)$/.test(file) && file !== 'package-lock.json',
    );
    expect(each(texts, (file) => lineOf(file, machine) ?? lineOf(file, registry))).toEqual([]);
  });

  it('of the README stays readable in one go', () => {
    const readme = files.includes('README.md') ? textOf('README.md').split('\n').length : 0;
    expect(readme).toBeLessThanOrEqual(200);
  });
});

describe('one more unit costs one file', () => {
  const registries = [
    { folder: 'src/diagnostics/', must: ['question', 'examine'] },
    { folder: 'src/detectors/', must: ['findings', 'detect'] },
    { folder: 'commands/', must: ['description', 'plan'] },
  ];
  const units = registries.flatMap(({ folder, must }) =>
    house.filter((file) => file.startsWith(folder)).map((file) => ({ file, must })),
  );

  it.each(units)('$file is one unit, named like its file', async ({ file, must }) => {
    const loaded = (await import(pathToFileURL(path.join(root, file)).href)) as Record<string, unknown>;
    const unit = loaded['default'] as Record<string, unknown> | undefined;
    expect(unit?.['name']).toBe(path.basename(file, '.ts'));
    for (const member of must) expect(unit).toHaveProperty(member);
  });

  it('and the registries are flat folders', () => {
    expect(units.filter(({ file }) => /^(src\/[a-z]+|commands)\/.+\//.test(file))).toEqual([]);
  });
});

/** `file:line: text` of the first line that matches. */
function lineOf(file: string, pattern: RegExp): string | undefined {
  const lines = textOf(file).split('\n');
  const at = lines.findIndex((line) => pattern.test(line));
  return at < 0 ? undefined : `${file}:${at + 1}: ${lines[at]?.trim().slice(0, 120) ?? ''}`;
}

/** The sentence of line 1 (line 2 under a `#!`), or undefined where there is none. */
function dutyOf(text: string): string | undefined {
  const lines = text.split('\n');
  const line = lines[0]?.startsWith('#!') ? lines[1] : lines[0];
  const duty = /^(?:\/\/|\/\*|<!--|#) (.{15,}?[.?!])(?: ?\*\/| ?-->)?$/.exec(line ?? '');
  return duty?.[1];
}

// The browser page's files, read from the package's own folder so that a built copy finds them too.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contentTypeOf } from './attachments.ts';

/** The nearest folder upwards that holds `package.json`. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('no package.json above the local Discord');
    folder = above;
  }
  return folder;
}

const ownTypes: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  woff2: 'font/woff2',
  ico: 'image/x-icon',
};

export class PageFiles {
  private readonly folder: string;
  private readonly root = packageRoot();

  constructor(folder?: string) {
    this.folder = folder ?? join(this.root, 'src', 'local', 'discord', 'page');
  }

  index(): Promise<Response> {
    return this.answer(join(this.folder, 'index.html'));
  }

  /** `name` is the path below `/page/`. */
  file(name: string): Promise<Response> {
    if (name === 'vendor/preact.js')
      return this.answer(join(this.root, 'node_modules', 'htm', 'preact', 'standalone.module.js'));
    const path = normalize(join(this.folder, name));
    if (!path.startsWith(this.folder + sep)) return Promise.resolve(missing());
    return this.answer(path);
  }

  private async answer(path: string): Promise<Response> {
    const ending = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
    try {
      const bytes = await readFile(path);
      return new Response(new Uint8Array(bytes), {
        headers: {
          'content-type': ownTypes[ending] ?? contentTypeOf(path),
          'cache-control': 'no-cache',
          'x-content-type-options': 'nosniff',
        },
      });
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return missing();
      throw error;
    }
  }
}

function missing(): Response {
  return new Response('Not found', { status: 404, headers: { 'content-type': 'text/plain' } });
}

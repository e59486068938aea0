// Lets a script that lies anywhere use this project's packages and be a module: what is not found beside it is looked for here.
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

// The same file is the hook, loaded once more in the loader's own thread.
if (isMainThread) register(import.meta.url);

export async function resolve(specifier, context, next) {
  const found = await find(specifier, context, next);
  const isScript = found.url.startsWith('file:') && found.url.replace(/\?.*/, '').endsWith('.ts');
  return isScript && found.format === 'commonjs' ? { ...found, format: 'module' } : found;
}

async function find(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (/^([./]|[a-z]+:)/.test(specifier)) throw error;
    return next(specifier, { ...context, parentURL: import.meta.url });
  }
}

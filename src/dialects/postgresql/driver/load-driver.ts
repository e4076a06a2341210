import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DatabaseError } from '../../../errors.ts';

/**
 * Loads the first of these packages that is installed: as this package sees it, else as the user's project does (a linked or hoisted installation may
 * hide it from us).
 *
 * @throws DatabaseError `DRIVER_MISSING`; what the package itself throws.
 */
export async function loadDriver<Name extends string>(
  names: readonly [Name, ...Name[]],
): Promise<{ readonly name: Name; readonly module: unknown }> {
  let cause: unknown;
  for (const name of names) {
    const file = await find(name).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
      cause ??= error;
      return null;
    });
    if (file !== null) return { name, module: file };
  }
  const [first] = names;
  throw new DatabaseError(
    'DRIVER_MISSING',
    `PostgreSQL needs the package ${names.map((name) => `'${name}'`).join(' or ')}, and it isn't installed. Run: npm install ${first}`,
    { cause, details: { packages: names } },
  );
}

async function find(name: string): Promise<unknown> {
  let loaded: { readonly default?: unknown };
  try {
    loaded = await import(name);
  } catch (error) {
    if (!isMissing(error)) throw error;
    const require = createRequire(join(process.cwd(), 'package.json'));
    loaded = await import(pathToFileURL(require.resolve(name)).href);
  }
  // in a CommonJS module everything is in its default export
  return loaded.default ?? loaded;
}

function isMissing(error: unknown): boolean {
  return ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes((error as { code?: string }).code ?? '');
}

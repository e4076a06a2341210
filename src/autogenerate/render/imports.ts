import { stringSource } from './string-source.ts';

/** The module that every generic builder comes from. */
export const packageModule = 'alembic-ts';

/** What generated source imports: exactly what was asked for while it was written. */
export class Imports {
  readonly #byModule = new Map<string, Map<string, string>>();
  readonly #taken = new Set(['op', 'batch']);

  /**
   * Has `name` imported from `module`, and returns what it is called in the source: `as`, or an alias where that is taken already.
   */
  add(module: string, name: string, as: string = name): string {
    let names = this.#byModule.get(module);
    if (names === undefined) this.#byModule.set(module, (names = new Map()));
    const known = names.get(name);
    if (known !== undefined) return known;
    let local = as;
    for (let i = 1; this.#taken.has(local); i++) local = alias(module, as, i);
    this.#taken.add(local);
    names.set(name, local);
    return local;
  }

  /** The specifiers by module, both sorted: `{ 'alembic-ts': ['column', 'integer'] }`, and `'integer as mysqlInteger'` for an alias. */
  get names(): { readonly [module: string]: readonly string[] } {
    const modules = [...this.#byModule.keys()].sort(byModule);
    return Object.fromEntries(
      modules.map((module) => [
        module,
        [...(this.#byModule.get(module) ?? [])]
          .map(([name, local]) => (name === local ? name : `${name} as ${local}`))
          .sort(byName),
      ]),
    );
  }
}

/** Import statements for TypeScript, a line each where they fit in `width`. */
export function importStatements(
  names: { readonly [module: string]: readonly string[] },
  width: number,
): readonly string[] {
  return Object.entries(names).map(([module, specifiers]) => {
    const onlyTypes = specifiers.every((each) => each.startsWith('type '));
    const keyword = onlyTypes ? 'import type' : 'import';
    const shown = onlyTypes ? specifiers.map((each) => each.slice('type '.length)) : specifiers;
    const line = `${keyword} { ${shown.join(', ')} } from ${stringSource(module)};`;
    if (line.length <= width || shown.length === 1) return line;
    return `${keyword} {\n${shown.map((each) => `  ${each},\n`).join('')}} from ${stringSource(module)};`;
  });
}

/** The names with the façade's type among them. */
export function withOperationsType(names: { readonly [module: string]: readonly string[] }): {
  readonly [module: string]: readonly string[];
} {
  const { [packageModule]: own = [], ...others } = names;
  return { [packageModule]: [...own, 'type Operations'].sort(byName), ...others };
}

function alias(module: string, name: string, attempt: number): string {
  const prefix = (module.split('/').at(-1) ?? '')
    .replace(/[^A-Za-z0-9]+(.)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? '')
    .replace(/^[^A-Za-z]*/, '');
  const joined = prefix === '' ? `${name}` : `${prefix}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return attempt === 1 && joined !== name ? joined : `${joined}${attempt}`;
}

/** The package's own modules first. */
function byModule(a: string, b: string): number {
  const rank = (module: string): number =>
    module === packageModule ? 0 : module.startsWith(`${packageModule}/`) ? 1 : 2;
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

function byName(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => name.replace(/^type /, ''));
  const [low, high] = [left?.toLowerCase() ?? '', right?.toLowerCase() ?? ''];
  return low < high ? -1 : low > high ? 1 : (left ?? '') < (right ?? '') ? -1 : 1;
}

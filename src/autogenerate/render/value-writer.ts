import { ArgumentError } from '../../errors.ts';
import type { Table } from '../../schema/table.ts';
import { builderOf } from './builders.ts';
import { Imports, packageModule } from './imports.ts';
import type { RenderContext, RenderItemContext } from './render-context.ts';
import {
  array,
  call,
  type Entry,
  type ObjectLiteral,
  object,
  onOneLine,
  type Source,
} from './source-tree.ts';
import type { SourceWriter } from './source-writer.ts';
import { stringSource } from './string-source.ts';

/** The writer of values and of builders' calls. */
export class ValueWriter implements SourceWriter {
  readonly context: RenderContext;
  readonly imports: Imports;
  readonly #forHook: RenderItemContext;
  /** what the hook is being asked about: for that, `source` gives the usual source */
  readonly #asked = new Set<unknown>();

  constructor(context: RenderContext, imports: Imports = new Imports()) {
    this.context = context;
    this.imports = imports;
    this.#forHook = Object.freeze({
      imports,
      dialect: context.dialect.name,
      source: (value: unknown): string => onOneLine(this.value(value)),
    });
  }

  value(value: unknown): Source {
    switch (typeof value) {
      case 'string':
        return stringSource(value);
      case 'number':
        return Object.is(value, -0) ? '-0' : String(value);
      case 'bigint':
        return `${value}n`;
      case 'boolean':
      case 'undefined':
        return String(value);
      case 'object':
        return value === null ? 'null' : this.#object(value);
      default:
        throw noSource(value);
    }
  }

  key(name: string): string {
    // as a name or a string it would set the prototype
    if (name === '__proto__') return "['__proto__']";
    return /^[A-Za-z_$][\w$]*$/.test(name) ? name : stringSource(name);
  }

  options(options: object): ObjectLiteral {
    const entries: Entry[] = [];
    for (const [key, value] of Object.entries(options)) {
      if (value !== undefined) entries.push([this.key(key), this.#option(key, value)]);
    }
    return object(entries);
  }

  call(
    builder: string,
    args: readonly unknown[],
    options: object = {},
    module: string = packageModule,
  ): Source {
    const callee = this.imports.add(module, builder);
    const source = args.map((arg) => this.value(arg));
    const said = this.options(options);
    return call(callee, said.entries.length === 0 ? source : [...source, said]);
  }

  item(type: string, object: unknown, usual: () => Source): Source {
    const { renderItem } = this.context;
    if (!renderItem || this.#asked.has(object)) return usual();
    this.#asked.add(object);
    try {
      const own = renderItem(type, object, this.#forHook);
      return own === false ? usual() : own;
    } finally {
      this.#asked.delete(object);
    }
  }

  tableArguments(table: Table): readonly unknown[] {
    const operation = { kind: 'createTable', table, ifNotExists: false };
    return this.context.definitions.of(operation).call(operation as never);
  }

  #object(value: object): Source {
    if (Array.isArray(value)) return array(value.map((item) => this.value(item)));
    if (value instanceof Uint8Array)
      return `Buffer.from('${Buffer.from(value).toString('base64')}', 'base64')`;
    if (value instanceof Date) return `new Date('${value.toISOString()}')`;
    const builder = builderOf(value);
    if (builder !== undefined) return this.item(builder.type, value, () => builder.source(value, this));
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) throw noSource(value);
    return this.options(value);
  }

  /** As in Alembic, the user's hook sees a default where it stands, whatever it is. */
  #option(key: string, value: unknown): Source {
    const isDefault = key === 'serverDefault' || key === 'existingServerDefault';
    if (!isDefault || value === null) return this.value(value);
    return this.item('serverDefault', value, () => this.value(value));
  }
}

function noSource(value: unknown): ArgumentError {
  const what =
    typeof value === 'object' ? `an object of class ${value?.constructor?.name}` : `a ${typeof value}`;
  return new ArgumentError(
    'NO_SOURCE',
    `An operation holds ${what}, for which no source can be written; let \`call\` of its definition return plain data.`,
  );
}

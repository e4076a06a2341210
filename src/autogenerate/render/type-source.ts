import { ArgumentError } from '../../errors.ts';
import type { ColumnType, TypeDefinition } from '../../schema/types/column-type.ts';
import { genericTypes } from '../../schema/types/generic.ts';
import { packageModule } from './imports.ts';
import type { TypeSource } from './render-context.ts';
import { call, object, type Source } from './source-tree.ts';
import type { SourceWriter } from './source-writer.ts';

/**
 * The call of a type's builder: `numeric(10, 2)`, `withVariant(json(), { postgresql: jsonb() })`.
 *
 * @throws ArgumentError `NO_SOURCE` for a type that no known builder makes.
 */
export function typeSource(type: ColumnType, writer: SourceWriter): Source {
  const { dialect, otherDialects = [] } = writer.context;
  const base = callSource(type, [dialect, ...otherDialects], writer);
  if (type.variants === undefined) return base;
  const variants = Object.entries(type.variants).map(([name, variant]) => {
    const usual = (): Source => variantSource(name, variant, writer);
    return [writer.key(name), writer.item('type', variant, usual)] as const;
  });
  const callee = writer.imports.add(packageModule, 'withVariant');
  return call(callee, [base, object(variants)]);
}

/** A variant is a type of its dialect, where there is one of that name. */
function variantSource(name: string, variant: ColumnType, writer: SourceWriter): Source {
  if (variant.variants !== undefined) return typeSource(variant, writer);
  const { dialect, otherDialects = [] } = writer.context;
  const all = [dialect, ...otherDialects];
  const own = all.filter((each) => each.name === name);
  return callSource(variant, [...own, ...all], writer);
}

function callSource(type: ColumnType, dialects: readonly TypeSource[], writer: SourceWriter): Source {
  const found = findDefinition(type, dialects);
  if (found === undefined) throw unknownType(type, dialects);
  const { definition, module } = found;
  const args = definition.positional.map((key) => type[key]);
  const options: Record<string, unknown> = {};
  for (const [name, key] of Object.entries(definition.options)) {
    if (type[key] !== undefined) options[name] = type[key];
  }
  // options stand behind all positional arguments
  if (Object.keys(options).length === 0) while (args.length > 0 && args.at(-1) === undefined) args.pop();
  return writer.call(type.name, args, options, module);
}

/** The definition that can say all that the type is; a generic one before a dialect's. */
function findDefinition(
  type: ColumnType,
  dialects: readonly TypeSource[],
): { definition: TypeDefinition; module: string } | undefined {
  const generic = genericTypes.find((definition) => canSay(definition, type));
  if (generic !== undefined) return { definition: generic, module: packageModule };
  for (const { module, types } of dialects) {
    const definition = types.find((each) => canSay(each, type));
    if (definition !== undefined) return { definition, module };
  }
  return undefined;
}

function canSay({ name, positional, options }: TypeDefinition, type: ColumnType): boolean {
  if (name !== type.name) return false;
  // a domain is called by its name: what it is, is said where it is made
  const sayable: readonly string[] = [
    'kind',
    'name',
    'variants',
    'definition',
    ...positional,
    ...Object.values(options),
  ];
  return Object.entries(type).every(([key, value]) => value === undefined || sayable.includes(key));
}

function unknownType(type: ColumnType, dialects: readonly TypeSource[]): ArgumentError {
  const known = [...new Set(dialects.map(({ name }) => name))].join(', ');
  return new ArgumentError(
    'NO_SOURCE',
    `No builder among the generic types and those of ${known} makes the type ${JSON.stringify(type)}. Give its source in renderItem, or use sqlType('…') in the model.`,
  );
}

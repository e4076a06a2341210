import type { Check } from '../../schema/check.ts';
import type { ForeignKey } from '../../schema/foreign-key.ts';
import { nameInput } from '../../schema/names.ts';
import type { PrimaryKey } from '../../schema/primary-key.ts';
import type { OtherConstraint } from '../../schema/table.ts';
import type { Unique } from '../../schema/unique.ts';
import type { Source } from './source-tree.ts';
import type { SourceWriter } from './source-writer.ts';

/** `primaryKey(['a', 'b'], { name: 'pk_t' })` or `unique(…)`. */
export function keySource(key: PrimaryKey | Unique, writer: SourceWriter): Source {
  const { deferrable, initially, options } = key;
  const said = sayable({ name: nameInput(key), deferrable, initially });
  return writer.call(key.kind, [key.columns], { ...said, ...options });
}

export function foreignKeySource(key: ForeignKey, writer: SourceWriter): Source {
  const { referredSchema, referredTable, onDelete, onUpdate, deferrable, initially, match, useAlter } = key;
  // 'schema.table' where no dot of a name can be taken for the one between them
  const plain = !referredTable.includes('.') && !referredSchema?.includes('.');
  const referent = plain && referredSchema !== null ? `${referredSchema}.${referredTable}` : referredTable;
  const said = {
    ...sayable({ name: nameInput(key) }),
    ...(plain ? {} : { referredSchema }),
    ...sayable({ onDelete, onUpdate, deferrable, initially, match, useAlter: useAlter || null }),
    ...key.options,
  };
  return writer.call('foreignKey', [key.columns, referent, key.referredColumns], said);
}

export function checkSource(check: Check, writer: SourceWriter): Source {
  const said = { ...sayable({ name: nameInput(check) }), ...check.options };
  return writer.call('check', [check.condition], said);
}

/** PostgreSQL's `exclude([['room', '='], ['during', '&&']], { using: 'gist' })`. */
export function excludeSource(constraint: OtherConstraint, writer: SourceWriter): Source {
  const { elements, ...rest } = constraint.definition;
  const pairs = (elements as readonly { readonly expression: unknown; readonly operator: unknown }[]).map(
    ({ expression, operator }) => [expression, operator],
  );
  const said = { ...sayable({ name: nameInput(constraint), ...rest }), ...constraint.options };
  return writer.call('exclude', [pairs], said, 'alembic-ts/postgresql');
}

/** Options in which null says nothing. */
export function sayable(options: { readonly [name: string]: unknown }): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
}

import fc from 'fast-check';
import { coreDefinitions as op } from '../../src/objects/definitions.ts';
import type { Operation } from '../../src/operations/operation.ts';
import {
  boolean,
  type ColumnElement,
  check,
  column,
  dateTime,
  enumType,
  foreignKey,
  index,
  integer,
  numeric,
  primaryKey,
  type SchemaModel,
  type ServerDefault,
  sql,
  string,
  type Table,
  table,
  text,
  unique,
} from '../../src/schema/index.ts';
import type { ColumnType } from '../../src/schema/types/column-type.ts';

/** Names as hostile as a database can hold. */
export const hostileName: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'c', 'users', 'email', 'order', 'select', 'group') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'q"uote',
      "ap'os",
      'back`tick',
      '${x}',
      '*/',
      'new\nline',
      'ünï',
      '日本',
      'x'.repeat(70),
      'a.b',
      '__proto__',
      'back\\slash',
      '%s',
      ':p',
      '?',
      '$1',
      ' ',
      '--',
      ';',
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .string({ unit: 'binary', minLength: 1, maxLength: 12 })
      .filter((name) => !name.includes('\0')),
  },
);

export const columnType: fc.Arbitrary<ColumnType> = fc.oneof(
  fc.constant(integer()),
  fc.constant(text()),
  fc.constant(boolean()),
  fc.integer({ min: 1, max: 300 }).map((length) => string(length)),
  fc.integer({ min: 1, max: 20 }).map((precision) => numeric(precision, 2)),
  fc.boolean().map((timezone) => dateTime({ timezone })),
  fc.constant(enumType(['x', "y'z"], { name: 'mood', native: false })),
);

export const serverDefault: fc.Arbitrary<ServerDefault> = fc
  .oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(sql`1 + 1`),
    fc.constant(sql.raw("'it''s ${x} `y`'")),
  )
  .filter((value) => typeof value !== 'string' || !value.includes('\0'));

export const bareColumn: fc.Arbitrary<ColumnElement> = fc
  .record({
    name: hostileName,
    type: columnType,
    nullable: fc.boolean(),
    serverDefault: fc.option(serverDefault),
    comment: fc.option(fc.string()),
  })
  .map(({ name, type, ...options }) => column(name, type, options));

/** A table with one of everything that its columns allow. */
export const anyTable: fc.Arbitrary<Table> = fc
  .tuple(
    hostileName,
    fc.uniqueArray(bareColumn, { minLength: 2, maxLength: 6, selector: (each) => each.name }),
    fc.option(hostileName),
    fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  )
  .map(([name, columns, schema, [key, foreign, uq, ck, ix, named]]) => {
    const [first, second] = columns.map((each) => each.name) as [string, string];
    const label = (prefix: string): { name?: string } => (named ? { name: `${prefix}_${name}` } : {});
    return table(
      name,
      [
        ...columns,
        ...(key ? [primaryKey([first], label('pk'))] : []),
        ...(foreign ? [foreignKey([second], 'other', ['id'], { ...label('fk'), onDelete: 'cascade' })] : []),
        ...(uq ? [unique([second, first], label('uq'))] : []),
        ...(ck ? [check(sql`1 > 0`, label('ck'))] : []),
        ...(ix
          ? [
              index(`ix_${name}`, [second, sql`lower(x)`, { column: first, order: 'DESC' }], {
                unique: true,
                where: sql`1 = 1`,
              }),
            ]
          : []),
      ],
      { schema, comment: named ? 'a comment' : null },
    );
  });

/** An operation that can run on `model`, and reverses. `what` picks the kind, `pick` the parts. */
export function applicable(
  model: SchemaModel,
  what: string,
  pick: <T>(items: readonly T[]) => T | undefined,
  fresh: ColumnElement,
  extra: Table,
): Operation | null {
  const target = pick(model.tables);
  if (what === 'createTable') {
    return model.table(extra)
      ? null
      : (Object.freeze({ kind: 'createTable', table: extra, ifNotExists: false }) as Operation);
  }
  if (target === undefined) return null;
  const { name, schema } = target;
  const names = target.columns.map((each) => each.name);
  const options = { schema };
  const one = pick(names) as string;
  const [uq, fk, ck, pk] = ['unique', 'foreignKey', 'check', 'primaryKey'].map((kind) =>
    target.constraints.find((each) => each.kind === kind),
  );
  const drop = (was: typeof uq): Operation | null =>
    was === undefined ? null : op.dropConstraint.create(was.name, name, { schema, type: was.kind, was });
  switch (what) {
    case 'dropTable':
      return Object.freeze({ ...op.dropTable.create(name, options), was: target });
    case 'renameTable':
      return model.table({ schema, name: extra.name })
        ? null
        : op.renameTable.create(name, extra.name, options);
    case 'addColumn':
      return names.includes(fresh.name) ? null : op.addColumn.create(name, fresh, options);
    case 'dropColumn': {
      const last = target.columns.at(-1);
      const used =
        target.constraints.some((each) => 'columns' in each && each.columns.includes(last?.name ?? '')) ||
        target.indexes.some((each) => each.elements.some((element) => element.column === last?.name));
      return used || last === undefined || names.length < 2
        ? null
        : Object.freeze({
            ...op.dropColumn.create(name, last.name, options),
            was: { column: last, constraints: [], indexes: [] },
          });
    }
    case 'alterColumn': {
      const there = target.columns.find((each) => each.name === one);
      if (there === undefined) return null;
      return op.alterColumn.create(name, one, {
        schema,
        type: fresh.type,
        existingType: there.type,
        nullable: fresh.nullable,
        existingNullable: there.nullable,
        serverDefault: fresh.serverDefault,
        existingServerDefault: there.serverDefault,
        comment: fresh.comment,
        existingComment: there.comment,
        ...(names.includes(fresh.name) ? {} : { newName: fresh.name }),
      });
    }
    case 'createIndex':
      return target.indexes.some((each) => each.name === `new_${name}`)
        ? null
        : op.createIndex.create(`new_${name}`, name, [one], options);
    case 'dropIndex': {
      const was = target.indexes.at(-1);
      return was === undefined
        ? null
        : Object.freeze({ ...op.dropIndex.create(was.name ?? '', { schema, table: name }), was });
    }
    case 'createUniqueConstraint':
      return op.createUniqueConstraint.create(
        `uq_${fresh.name}_${target.constraints.length}`,
        name,
        [one],
        options,
      );
    case 'createCheckConstraint':
      return op.createCheckConstraint.create(
        `ck_${fresh.name}_${target.constraints.length}`,
        name,
        sql`2 > 1`,
        options,
      );
    case 'createForeignKey':
      return op.createForeignKey.create(
        `fk_${fresh.name}_${target.constraints.length}`,
        name,
        'other',
        [one],
        ['id'],
        options,
      );
    case 'createPrimaryKey':
      return pk === undefined && target.columns.find((each) => each.name === one)?.nullable === false
        ? op.createPrimaryKey.create('pk_new', name, [one], options)
        : null;
    case 'dropConstraint':
      return drop(
        pick([uq, fk, ck].filter((each) => each !== undefined && each === target.constraints.at(-1))),
      );
    case 'createTableComment':
      return op.createTableComment.create(name, 'said', { schema, existingComment: target.comment });
    case 'dropTableComment':
      return target.comment === null
        ? null
        : op.dropTableComment.create(name, { schema, existingComment: target.comment });
    default:
      return null;
  }
}

export const applicableKinds: readonly string[] = [
  'createTable',
  'dropTable',
  'renameTable',
  'addColumn',
  'dropColumn',
  'alterColumn',
  'createIndex',
  'dropIndex',
  'createUniqueConstraint',
  'createCheckConstraint',
  'createForeignKey',
  'createPrimaryKey',
  'dropConstraint',
  'createTableComment',
  'dropTableComment',
];

import {
  column,
  enumType,
  foreignKey,
  index,
  integer,
  MetaData,
  numeric,
  sql,
  string,
  table,
  text,
  unique,
} from '../../../src/index.ts';
import { migration } from '../../app/workspace.ts';

/*
 * One history in two languages: the same revisions, the same work.
 *
 *   a1 ── b1 ── d1 ── m1 ── e1      x1 depends on b1, x2 on m1
 *     └── c1 (billing) ┘
 *   x1 (audit) ── x2
 *
 * Constraints of `people` have no names: on SQLite, Python's Alembic drops names when it rebuilds a table.
 */

interface TwoTongues {
  readonly down: string | readonly string[] | null;
  readonly label?: string;
  readonly dependsOn?: string | readonly string[];
  /** bodies of `upgrade` and `downgrade`, lines without indentation */
  readonly python: readonly [up: string, down: string];
  readonly typescript: readonly [up: string, down: string];
}

const revisions: Readonly<Record<string, TwoTongues>> = {
  a1: {
    down: null,
    python: [
      `op.create_table(
        'orgs',
        sa.Column('id', sa.Integer, nullable=False),
        sa.Column('name', sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_orgs'),
        sa.UniqueConstraint('name', name='uq_orgs_name'),
    )
    op.create_table(
        'people',
        sa.Column('id', sa.Integer, nullable=False),
        sa.Column('org_id', sa.Integer, nullable=True),
        sa.Column('email', sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint('id'),
        sa.ForeignKeyConstraint(['org_id'], ['orgs.id'], ondelete='CASCADE'),
    )`,
      `op.drop_table('people')
    op.drop_table('orgs')`,
    ],
    typescript: [
      `op.createTable('orgs', [
        column('id', integer(), { nullable: false }),
        column('name', string(80), { nullable: false }),
        primaryKey(['id'], { name: 'pk_orgs' }),
        unique(['name'], { name: 'uq_orgs_name' }),
      ]);
      op.createTable('people', [
        column('id', integer(), { nullable: false }),
        column('org_id', integer()),
        column('email', string(255), { nullable: false }),
        primaryKey(['id']),
        foreignKey(['org_id'], 'orgs', ['id'], { onDelete: 'cascade' }),
      ]);`,
      `op.dropTable('people');
      op.dropTable('orgs');`,
    ],
  },
  b1: {
    down: 'a1',
    python: [
      `with op.batch_alter_table('people') as batch:
        batch.add_column(sa.Column('points', sa.Integer, server_default=sa.text('7'), nullable=False))
        batch.alter_column('email', type_=sa.String(320), existing_type=sa.String(255), existing_nullable=False)`,
      `with op.batch_alter_table('people') as batch:
        batch.alter_column('email', type_=sa.String(255), existing_type=sa.String(320), existing_nullable=False)
        batch.drop_column('points')`,
    ],
    typescript: [
      `op.addColumn('people', column('points', integer(), { nullable: false, serverDefault: sql\`7\` }));
      op.alterColumn('people', 'email', { type: string(320) });`,
      `op.alterColumn('people', 'email', { type: string(255) });
      op.dropColumn('people', 'points');`,
    ],
  },
  c1: {
    down: 'a1',
    label: 'billing',
    python: [
      `op.create_table(
        'invoices',
        sa.Column('id', sa.Integer, nullable=False),
        sa.Column('org_id', sa.Integer, nullable=False),
        sa.Column('amount', sa.Numeric(10, 2), nullable=False),
        sa.Column('state', sa.Enum('open', 'paid', name='invoice_state'), server_default='open', nullable=True),
        sa.PrimaryKeyConstraint('id', name='pk_invoices'),
        sa.ForeignKeyConstraint(['org_id'], ['orgs.id'], name='fk_invoices_org'),
    )`,
      `op.drop_table('invoices')
    sa.Enum(name='invoice_state').drop(op.get_bind())`,
    ],
    typescript: [
      `op.createEnum('invoice_state', ['open', 'paid']);
      op.createTable('invoices', [
        column('id', integer(), { nullable: false }),
        column('org_id', integer(), { nullable: false }),
        column('amount', numeric(10, 2), { nullable: false }),
        column('state', enumType(['open', 'paid'], { name: 'invoice_state' }), { serverDefault: 'open' }),
        primaryKey(['id'], { name: 'pk_invoices' }),
        foreignKey(['org_id'], 'orgs', ['id'], { name: 'fk_invoices_org' }),
      ]);`,
      `op.dropTable('invoices');
      op.dropEnum('invoice_state');`,
    ],
  },
  d1: {
    down: 'b1',
    python: [
      `op.create_index('ix_people_email', 'people', ['email'], unique=True)
    op.bulk_insert(
        sa.table('orgs', sa.column('id', sa.Integer), sa.column('name', sa.String)),
        [{'id': 1001, 'name': "it's"}, {'id': 1002, 'name': 'ünï'}],
    )`,
      `op.execute("DELETE FROM orgs WHERE id > 1000")
    op.drop_index('ix_people_email', table_name='people')`,
    ],
    typescript: [
      `op.createIndex('ix_people_email', 'people', ['email'], { unique: true });
      op.bulkInsert('orgs', [{ id: 1001, name: "it's" }, { id: 1002, name: 'ünï' }]);`,
      `op.execute('DELETE FROM orgs WHERE id > 1000');
      op.dropIndex('ix_people_email', { table: 'people' });`,
    ],
  },
  m1: { down: ['d1', 'c1'], python: ['pass', 'pass'], typescript: ['', ''] },
  e1: {
    down: 'm1',
    python: [
      `with op.batch_alter_table('people') as batch:
        batch.alter_column('points', new_column_name='score', existing_type=sa.Integer, existing_nullable=False)`,
      `with op.batch_alter_table('people') as batch:
        batch.alter_column('score', new_column_name='points', existing_type=sa.Integer, existing_nullable=False)`,
    ],
    typescript: [
      `op.alterColumn('people', 'points', { newName: 'score' });`,
      `op.alterColumn('people', 'score', { newName: 'points' });`,
    ],
  },
  x1: {
    down: null,
    label: 'audit',
    dependsOn: 'b1',
    python: [
      `op.create_table(
        'events',
        sa.Column('person_id', sa.Integer, nullable=False),
        sa.Column('what', sa.Text, nullable=True),
        sa.ForeignKeyConstraint(['person_id'], ['people.id'], name='fk_events_person'),
    )`,
      `op.drop_table('events')`,
    ],
    typescript: [
      `op.createTable('events', [
        column('person_id', integer(), { nullable: false }),
        column('what', text()),
        foreignKey(['person_id'], 'people', ['id'], { name: 'fk_events_person' }),
      ]);`,
      `op.dropTable('events');`,
    ],
  },
  x2: {
    down: 'x1',
    dependsOn: ['m1'],
    python: [
      `op.create_index('ix_events_what', 'events', ['what', 'person_id'])`,
      `op.drop_index('ix_events_what', table_name='events')`,
    ],
    typescript: [
      `op.createIndex('ix_events_what', 'events', ['what', 'person_id']);`,
      `op.dropIndex('ix_events_what', { table: 'events' });`,
    ],
  },
};

/** The ids, in an order in which they can run. */
export const revisionIds: readonly string[] = Object.keys(revisions);

const env = `
from alembic import context
from sqlalchemy import engine_from_config, pool
import sys, os
sys.path.insert(0, os.path.dirname(__file__))
from models import metadata

given = context.get_x_argument(as_dictionary=True)
options = {'version_table_schema': given.get('schema'), 'version_table_pk': given.get('pk', 'true') == 'true'}
if 'table' in given:
    options['version_table'] = given['table']
engine = engine_from_config({'url': given['url']}, prefix='', poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, compare_type=True, **options)
    with context.begin_transaction():
        context.run_migrations()
`;

const models = `
import sqlalchemy as sa

metadata = sa.MetaData()
sa.Table(
    'orgs', metadata,
    sa.Column('id', sa.Integer, nullable=False),
    sa.Column('name', sa.String(80), nullable=False),
    sa.PrimaryKeyConstraint('id', name='pk_orgs'),
    sa.UniqueConstraint('name', name='uq_orgs_name'),
)
sa.Table(
    'people', metadata,
    sa.Column('id', sa.Integer, nullable=False),
    sa.Column('org_id', sa.Integer, nullable=True),
    sa.Column('email', sa.String(320), nullable=False),
    sa.Column('score', sa.Integer, server_default=sa.text('7'), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.ForeignKeyConstraint(['org_id'], ['orgs.id'], ondelete='CASCADE'),
    sa.Index('ix_people_email', 'email', unique=True),
)
sa.Table(
    'invoices', metadata,
    sa.Column('id', sa.Integer, nullable=False),
    sa.Column('org_id', sa.Integer, nullable=False),
    sa.Column('amount', sa.Numeric(10, 2), nullable=False),
    sa.Column('state', sa.Enum('open', 'paid', name='invoice_state'), server_default='open', nullable=True),
    sa.PrimaryKeyConstraint('id', name='pk_invoices'),
    sa.ForeignKeyConstraint(['org_id'], ['orgs.id'], name='fk_invoices_org'),
)
sa.Table(
    'events', metadata,
    sa.Column('person_id', sa.Integer, nullable=False),
    sa.Column('what', sa.Text, nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name='fk_events_person'),
    sa.Index('ix_events_what', 'what', 'person_id'),
)
`;

/** What the models of both say: the schema at the heads. */
export const metadata: MetaData = new MetaData([
  table('orgs', [
    column('id', integer(), { primaryKey: true }),
    column('name', string(80), { nullable: false }),
    unique(['name'], { name: 'uq_orgs_name' }),
  ]),
  table('people', [
    column('id', integer(), { primaryKey: true }),
    column('org_id', integer()),
    column('email', string(320), { nullable: false }),
    column('score', integer(), { nullable: false, serverDefault: sql`7` }),
    foreignKey(['org_id'], 'orgs', ['id'], { onDelete: 'cascade' }),
    index('ix_people_email', ['email'], { unique: true }),
  ]),
  table('invoices', [
    column('id', integer(), { primaryKey: true }),
    column('org_id', integer(), { nullable: false }),
    column('amount', numeric(10, 2), { nullable: false }),
    column('state', enumType(['open', 'paid'], { name: 'invoice_state' }), { serverDefault: 'open' }),
    foreignKey(['org_id'], 'orgs', ['id'], { name: 'fk_invoices_org' }),
  ]),
  table('events', [
    column('person_id', integer(), { nullable: false }),
    column('what', text()),
    foreignKey(['person_id'], 'people', ['id'], { name: 'fk_events_person' }),
    index('ix_events_what', ['what', 'person_id']),
  ]),
]);

/** A project of both: `migrations/` is ours, `python/` and `alembic.ini` are Python's. */
export function twoProjects(): Record<string, string> {
  const files: Record<string, string> = {
    'alembic.ini': '[alembic]\nscript_location = %(here)s/python\n',
    'python/env.py': env,
    'python/models.py': models,
  };
  for (const [id, { down, label = null, dependsOn = null, python, typescript }] of Object.entries(
    revisions,
  )) {
    files[`python/versions/${id}.py`] = pythonFile(id, { down, label, dependsOn }, python);
    const [up, back] = typescript;
    files[`migrations/${id}.ts`] = migration(id, {
      downRevision: down,
      branchLabels: label,
      dependsOn,
      doc: `revision ${id}`,
      before: "import { enumType, numeric, primaryKey, unique } from 'alembic-ts';",
      // an empty body is left out
      up: up || 'void op;',
      down: back || 'void op;',
    });
  }
  return files;
}

function pythonFile(
  id: string,
  header: { readonly down: unknown; readonly label: unknown; readonly dependsOn: unknown },
  [up, down]: readonly [string, string],
): string {
  const literal = (value: unknown): string => (value === null ? 'None' : JSON.stringify(value));
  return `"""revision ${id}"""
from alembic import op
import sqlalchemy as sa

revision = '${id}'
down_revision = ${literal(header.down)}
branch_labels = ${literal(header.label)}
depends_on = ${literal(header.dependsOn)}


def upgrade():
    ${up}


def downgrade():
    ${down}
`;
}

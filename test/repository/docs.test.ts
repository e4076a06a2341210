import { cpSync, existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { type CodeBlock, codeBlocks, relativeLinks } from '../support/markdown.ts';
import { type UserProject, userProject } from '../support/user-project.ts';

// What the documents show is run from them, block by block, as a reader would: nothing is typed a second time.

const root = fileURLToPath(new URL('../..', import.meta.url));
const documents = globSync(['*.md', 'docs/**/*.md', 'examples/*/*.md'], { cwd: root }).sort();
const run = ['README.md', 'examples/chinook/README.md'];
const read = (name: string): string => readFileSync(join(root, name), 'utf8');

test.each(documents)('%s links to files that are there', (name) => {
  const missing = relativeLinks(read(name)).filter(
    (target) => !existsSync(join(root, dirname(name), target)),
  );
  expect(missing).toEqual([]);
});

test.each(documents)('%s names npm scripts that are there', (name) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [...read(name).matchAll(/npm (?:run )?(test|(?<=run )[\w:]+)/g)].map(
    (match) => match[1] ?? '',
  );
  expect(named.filter((script) => !(script in scripts))).toEqual([]);
});

test.each(documents)('%s names files of the repository that are there', (name) => {
  const spans = [...read(name).matchAll(/`((?:src|test|scripts|bench|docs|examples)\/[\w./-]+)`/g)];
  const missing = spans.map((match) => match[1] ?? '').filter((path) => !existsSync(join(root, path)));
  expect(missing).toEqual([]);
});

test.each(documents.filter((name) => !run.includes(name)))('%s has no code that nothing runs', (name) => {
  expect(codeBlocks(read(name))).toEqual([]);
});

describe('the tour of README.md', () => {
  const blocks = codeBlocks(read('README.md'));
  const take = (start: string | RegExp): CodeBlock => {
    const found = blocks.filter(({ text }) =>
      typeof start === 'string' ? text.startsWith(start) : start.test(text),
    );
    expect(found, `one block of README.md should match ${start}`).toHaveLength(1);
    return found[0]!;
  };
  const seen = new Set<CodeBlock>();
  const use = (start: string | RegExp): string => {
    const block = take(start);
    seen.add(block);
    return block.text;
  };
  let project: UserProject;
  beforeAll(() => {
    project = userProject();
    return () => project[Symbol.dispose]();
  });

  test('works from the first command to the last', () => {
    // a clone's own commands are not for here
    use('npm test');
    commands(project, use('npm install alembic-ts'));
    for (const name of ['models.ts', 'alembic.config.ts']) project.put({ [name]: use(`// ${name}\n`) });
    commands(project, use('npx alembic-ts revision'));
    const [first = ''] = revisions(project);
    expect(withoutChance(project.read(first))).toBe(withoutChance(use('/** create users')));

    database(project, (db) => {
      db.exec("insert into orgs values (1, 'acme')");
      db.exec("insert into users values (1, 1, 'ada@example.org'), (2, 1, 'bob@example.org')");
    });
    commands(project, 'npx alembic-ts revision --empty "handles"');
    const handles = revisions(project).find((name) => name.endsWith('_handles.ts')) ?? '';
    const generated = project.read(handles);
    const head = generated.replace(/^import .*\n/m, '').replace(/\nexport function[\s\S]*/, '\n');
    project.put({ [handles]: head + use(/export async function upgrade/) });

    // what git merges: a colleague's revision on the same parent
    const id = /migrations\/([0-9a-f]{12})/.exec(first)?.[1] ?? '';
    commands(project, `npx alembic-ts revision --empty --splice --parent ${id} "billing"`);
    const [written = ''] = /\b[0-9a-f]{12}\b/.exec(use('/** create users')) ?? [];
    commands(project, use('npx alembic-ts heads').replaceAll(written, id));
    database(project, (db) => {
      expect(
        db
          .prepare('select handle from users order by id')
          .all()
          .map(({ handle }) => handle),
      ).toEqual(['ada', 'bob']);
    });
    commands(project, 'npx alembic-ts downgrade base');

    const application = use(/^import \{ Alembic \}/);
    expect(application).toContain("'postgresql://app@localhost/app'");
    // there is no such server; the rest is as it stands
    project.put({ 'app.ts': application.replace('postgresql://app@localhost/app', 'sqlite:app.db') });
    const { status, stdout } = project.node(['app.ts']);
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'false\n' });

    expect(project.typecheck(['models.ts', 'alembic.config.ts', 'app.ts', ...revisions(project)])).toBe('');
    expect(
      blocks.filter((block) => !seen.has(block)),
      'every block has its part in this test',
    ).toEqual([]);
  });
});

test('what the README of the example says works from the first command to the last', () => {
  using project = userProject();
  cpSync(join(root, 'examples/chinook'), project.directory, { recursive: true });
  for (const { language, text } of codeBlocks(read('examples/chinook/README.md'))) {
    if (language === 'sh') {
      commands(project, text);
      continue;
    }
    const file = revisions(project).find((name) => name.endsWith('_reviews_and_newsletter.ts')) ?? '';
    const [up = '', down = ''] = text.split('\n');
    const parts = project.read(file).split('export function downgrade');
    expect(parts).toHaveLength(2);
    const edited = [parts[0] ?? '', parts[1] ?? ''].map((part, at) =>
      part.replace(
        /( {2}op\.\w+\('customer', (column\()?'phone(_number)?'.*\n){2}/,
        `  ${at === 0 ? up : down}\n`,
      ),
    );
    project.put({ [file]: edited.join('export function downgrade') });
    expect(project.typecheck([file])).toBe('');
  }
  database(project, (db) => {
    expect(db.prepare('select count(phone_number) as numbers from customer').get()).toEqual({ numbers: 60 });
  });
});

/** Runs each line of a block by itself, so that a failure names it; all of them have to end well. */
function commands(project: UserProject, block: string): void {
  for (const line of block.trim().split('\n')) {
    // the package is installed here, from what `src` holds, and so is pg
    if (line.startsWith('npm install alembic-ts')) continue;
    const { status, stdout, stderr } = project.shell(line);
    expect(status, `${line}\n${stdout}${stderr}`).toBe(0);
  }
}

function revisions(project: UserProject): readonly string[] {
  return readdirSync(join(project.directory, 'migrations'))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `migrations/${name}`);
}

/** Without what is another each time, and the white space at the ends of lines. */
function withoutChance(source: string): string {
  return source
    .replaceAll(/\b[0-9a-f]{12}\b/g, '<id>')
    .replace(/Create Date: .*/, 'Create Date: <now>')
    .replaceAll(/ +$/gm, '');
}

function database(project: UserProject, use: (db: DatabaseSync) => void): void {
  const file = ['app.db', 'store.db']
    .map((name) => join(project.directory, name))
    .find((path) => existsSync(path));
  const db = new DatabaseSync(file ?? '');
  try {
    use(db);
  } finally {
    db.close();
  }
}

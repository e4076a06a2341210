import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalizeExpression } from './normalize-expression.ts';

const columns = new Set(['a', 'b', 'c d']);

describe('one text for', () => {
  test.each([
    ['a > 0', 'A>0'],
    ['a > 0', ' (\t( a\n> 0 ) )'],
    ['a > 0', 'a /* x */ > -- y\n 0'],
    ['a IS NOT NULL', 'a is not null'],
    ['"a" = 1', '[A] == 1'],
    ['`a` <> 1', 'a != 1'],
    ['"c d" > 0', '[C D]>0'],
    ["a IN ('x', 'y')", "a in('x','y')"],
    ['"t"."zzz" = 1', 't.ZZZ = 1'],
    ['lower(a) || 1E5', 'LOWER ( a )||1e5'],
    ["X'ab'", "x'AB'"],
    ['CURRENT_TIMESTAMP', 'current_timestamp'],
    ['(a) + (b)', '( a )+(b)'],
  ])('%s and %s', (one, other) => {
    expect(normalizeExpression(one, columns)).toBe(normalizeExpression(other, columns));
  });
});

describe('two texts for', () => {
  test.each([
    ["'x'", "'X'"],
    ["'a b'", "'a  b'"],
    ['a + b', 'b + a'],
    ['(a + 1) * 2', 'a + 1 * 2'],
    ['(a) or (b)', 'a) or (b'],
    ['"zzz"', 'zzz'],
    ['"zzz"', '"ZZZ"'],
    ['"a"', "'a'"],
    ['"null"', 'null'],
    ['"true"', 'true'],
    ['"rowid"', 'rowid'],
    ['1', '1.0'],
    ['a', 'b'],
    ['a < b', 'a <= b'],
    ['a - -1', 'a --1'],
    ['É', 'é'],
    ['', 'a'],
  ])('%s and %s', (one, other) => {
    expect(normalizeExpression(one, columns)).not.toBe(normalizeExpression(other, columns));
  });
});

test('it is its own normal form, and means the same to SQLite', () => {
  const db = new DatabaseSync(':memory:');
  db.exec(`CREATE TABLE t(a INTEGER, b TEXT, "c d" REAL, "null" TEXT);
    INSERT INTO t VALUES (1, 'X', 2.5, NULL), (NULL, 'x y', -1, 'n'), (3, '''', 0, 'N')`);
  const leaf = fc.constantFrom(
    'a',
    'A',
    '"a"',
    '[b]',
    '`B`',
    '"c d"',
    '"null"',
    "'X'",
    "'x y'",
    "''''",
    '1',
    '2.50',
    '.5e1',
    'NULL',
    'true',
    "x'ab'",
    't.a',
    '"t"."B"',
  );
  const operator = fc.constantFrom(
    '+',
    '||',
    '=',
    '==',
    '<>',
    '!=',
    'AND',
    'or',
    ' is not ',
    '/* c */-',
    '- -- c\n',
  );
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc
        .tuple(tie('expression'), operator, tie('expression'))
        .map(([left, op, right]) => `${left} ${op} ${right}`),
      tie('expression').map((inner) => `( ${inner})`),
      tie('expression').map((inner) => `Lower(${inner})`),
      tie('expression').map((inner) => `CASE when ${inner} then 1 ELSE a end`),
    ),
  }));
  const names = new Set(['a', 'b', 'c d', 'null']);
  const answers = (text: string): unknown => db.prepare(`SELECT ${text} AS answer FROM t`).all();
  fc.assert(
    fc.property(expression, (text) => {
      const normal = normalizeExpression(text, names);
      expect(normalizeExpression(normal, names)).toBe(normal);
      expect(answers(normal)).toEqual(answers(text));
    }),
    { numRuns: 1000 },
  );
});

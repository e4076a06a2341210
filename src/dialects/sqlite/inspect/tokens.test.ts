import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tokenize, tokenValue } from './tokens.ts';

const kinds = (sql: string): readonly (readonly [string, string])[] =>
  tokenize(sql).map((token) => [token.kind, token.text]);

describe('tokenize', () => {
  test.each([
    [
      'a B_1 $ é$9',
      [
        ['word', 'A'],
        ['word', 'B_1'],
        ['other', '$'],
        ['word', 'é$9'],
      ],
    ],
    [
      '"a""b" `c``d` [e]]',
      [
        ['name', '"a""b"'],
        ['name', '`c``d`'],
        ['name', '[e]'],
        ['other', ']'],
      ],
    ],
    [
      "'it''s' x'ab' X'' xy",
      [
        ['string', "'it''s'"],
        ['blob', "x'ab'"],
        ['blob', "X''"],
        ['word', 'XY'],
      ],
    ],
    [
      '1 1.5 .5 1. 1e5 1E+5 0x1f 1_000 1abc',
      [
        ['number', '1'],
        ['number', '1.5'],
        ['number', '.5'],
        ['number', '1.'],
        ['number', '1E5'],
        ['number', '1E+5'],
        ['number', '0X1F'],
        ['number', '1_000'],
        ['number', '1ABC'],
      ],
    ],
    [
      'a->>b->c||d<<e>>f<=g>=h<>i!=j==k=l<m',
      ['->>', '->', '||', '<<', '>>', '<=', '>=', '<>', '!=', '==', '=', '<']
        .flatMap((operator, i) => [
          ['word', 'ABCDEFGHIJKL'[i]],
          ['other', operator],
        ])
        .concat([['word', 'M']]),
    ],
    [
      'a--b\nc/*d*/e/**/f/*/ g*/h',
      [
        ['word', 'A'],
        ['word', 'C'],
        ['word', 'E'],
        ['word', 'F'],
        ['word', 'H'],
      ],
    ],
    [
      'a - - b / c /',
      [
        ['word', 'A'],
        ['other', '-'],
        ['other', '-'],
        ['word', 'B'],
        ['other', '/'],
        ['word', 'C'],
        ['other', '/'],
      ],
    ],
    ['a -- the end', [['word', 'A']]],
    ['a /* open', [['word', 'A']]],
    ["'open", [['string', "'open"]]],
    [
      '\uFEFFa\f\r\tb',
      [
        ['word', 'A'],
        ['word', 'B'],
      ],
    ],
    ['', []],
  ])('%j', (sql, expected) => expect(kinds(sql)).toEqual(expected));

  test.each([
    ['Word', 'Word'],
    ['"a""b"', 'a"b'],
    ['`a``b"`', 'a`b"'],
    ['[a""b]', 'a""b'],
    ["'it''s'", "it's"],
  ])('the value of %s', (sql, value) => {
    const [token] = tokenize(sql);
    expect(token && tokenValue(token, sql)).toBe(value);
  });

  test('any text: tokens in order, none empty, with nothing but space and comments between', () => {
    const piece = fc.constantFrom(
      "'",
      '"',
      '`',
      '[',
      ']',
      '-',
      '--',
      '/*',
      '*/',
      '\n',
      ' ',
      'a',
      'x',
      '1',
      '.',
      'e',
      '$',
      'é',
      '(',
      '|',
      '<',
      '=',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const sql = pieces.join('');
        let at = 0;
        for (const token of tokenize(sql)) {
          expect(token.end).toBeGreaterThan(token.start);
          expect(sql.slice(at, token.start)).toMatch(/^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))*$/);
          at = token.end;
        }
      }),
      { numRuns: 2000 },
    );
  });
});

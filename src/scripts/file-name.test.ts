import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDate } from './create-date.ts';
import { checkFileTemplate, revisionFileName, slugify } from './file-name.ts';

const date = createDate(new Date('2026-03-04T05:06:07.089Z'), 'UTC');
const name = (message: string, options: { template?: string; revision?: string; longest?: number } = {}) =>
  revisionFileName(options.template ?? '%(rev)s_%(slug)s', {
    revision: options.revision ?? 'abc123',
    message,
    date,
    truncateSlugLength: options.longest ?? 40,
    extension: '.ts',
  });

describe('slugs are those of Alembic', () => {
  test.each([
    ['add users', 'add_users'],
    ['Add  "users" (v2)!', 'add_users_v2'],
    ['', ''],
    ['---', ''],
    ['__init__', '__init__'],
    ['ÄÖÜ straße naïve', 'äöü_straße_naïve'],
    ['日本語 テスト', '日本語_テスト'],
    ['½ ² Ⅷ ٣', '½_²_ⅷ_٣'],
    // a combining mark is no word character to Python either
    ['e\u0301a', 'e_a'],
    ['this is a really long name for a revision file', 'this_is_a_really_long_name_for_a_'],
    ['a'.repeat(50), `${'a'.repeat(40)}_`],
    ['exactly forty characters in this text ok', 'exactly_forty_characters_in_this_text_ok'],
    ['𝒜'.repeat(41), `${'𝒜'.repeat(40)}_`],
  ])('%j', (message, slug) => {
    expect(slugify(message)).toBe(slug);
  });
});

describe('templates', () => {
  test('all tokens', () => {
    const template =
      '%(year)d-%(month).2d-%(day).2d_%(hour).2d%(minute).2d%(second).2d_%(epoch)s_%(rev)s_%(slug)s';
    expect(name('add users', { template })).toBe('2026-03-04_050607_1772600767_abc123_add_users.ts');
  });

  test('printf forms', () => {
    expect(name('x', { template: '%(month)02d%(day)3d%(day)-3dx%%%(slug).1s%(month)i' })).toBe(
      '03  44  x%x3.ts',
    );
  });

  test('subdirectories', () => {
    expect(name('../x', { template: '%(year)d/%(month).2d/%(rev)s_%(slug)s' })).toBe('2026/03/abc123_x.ts');
  });

  test.each([
    ['%(rve)s', /did you mean %\(rev\)/],
    ['%(nothinglikethis)s', /nothing is called/],
    ['%s', /needs a token/],
    ['100%', /needs a token/],
    ['%(slug)d', /%\(slug\)s/],
    ['../%(rev)s', /below the version location/],
    ['/tmp/%(rev)s', /below the version location/],
    ['a/./%(rev)s', /below the version location/],
    ['', /below the version location/],
  ])('%j is refused', (template, message) => {
    expect(() => checkFileTemplate(template, true)).toThrow(
      expect.objectContaining({ code: 'FILE_TEMPLATE', message: expect.stringMatching(message) }),
    );
  });

  test('subdirectories need recursive reading', () => {
    expect(() => checkFileTemplate('%(year)d/%(rev)s', false)).toThrow(/recursiveVersionLocations/);
    expect(() => checkFileTemplate('%(year)d/%(rev)s', true)).not.toThrow();
  });
});

describe('hostile names', () => {
  test.each([
    ['../../etc/passwd', 'abc123_etc_passwd.ts'],
    ['a/b\\c', 'abc123_a_b_c.ts'],
    ['nul\0line\nfeed', 'abc123_nul_line_feed.ts'],
    ['🎉 party', 'abc123_party.ts'],
    ['trailing...', 'abc123_trailing.ts'],
    ['', 'abc123_.ts'],
  ])('message %j', (message, expected) => {
    expect(name(message)).toBe(expected);
  });

  test.each([
    ['con', 'con_.ts'],
    ['NUL', 'nul_.ts'],
    ['com1', 'com1_.ts'],
    ['console', 'console.ts'],
    ['', '_.ts'],
  ])('a bare slug %j', (message, expected) => {
    expect(name(message, { template: '%(slug)s' })).toBe(expected);
  });

  test.each([
    ['../x', '_._x.ts'],
    ['a/b\\c', 'a_b_c.ts'],
    ['.hidden', '_hidden.ts'],
    ['x.d', 'x_d.ts'],
    ['con.x', 'con_.x.ts'],
    ['a:b*c?"<>|', 'a_b_c_____.ts'],
    ['a\0b\u2028c\ud800', 'a_b_c_.ts'],
    ['v1.2', 'v1.2.ts'],
  ])('an id %j', (revision, expected) => {
    expect(name('', { template: '%(rev)s', revision })).toBe(expected);
  });

  test('any message and id make a name that every file system takes, and that is read again', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 400 }),
        fc.constantFrom('%(rev)s_%(slug)s', '%(slug)s', '%(rev)s', '%(slug)s.%(rev)s'),
        fc.integer({ min: 1, max: 300 }),
        (message, revision, template, longest) => {
          const file = name(message, { template, revision, longest });
          expect(Buffer.byteLength(file)).toBeLessThanOrEqual(255);
          expect(file).toBe(file.toWellFormed());
          expect(file).toMatch(/^[^.\s/\\][^/\\\p{Cc}<>:"|?*]*\.ts$/u);
          expect(file).not.toMatch(/\.d\.ts$|^(?:con|prn|aux|nul|com\d|lpt\d)\./i);
        },
      ),
      { numRuns: 500 },
    );
  });
});

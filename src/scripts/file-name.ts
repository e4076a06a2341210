import { CommandError } from '../errors.ts';
import { nearest } from '../util/nearest.ts';
import type { CreateDate } from './create-date.ts';

/** What the tokens of a file template stand for. */
export interface FileNameParts {
  readonly revision: string;
  readonly message: string;
  readonly date: CreateDate;
  /** most characters of the slug */
  readonly truncateSlugLength: number;
  /** `.ts` and the like */
  readonly extension: string;
}

/** As Alembic names files: `1975ea83b712_add_users`. */
export const defaultFileTemplate = '%(rev)s_%(slug)s';

/** Longest name of a file, in bytes, that common file systems take. */
const LONGEST = 255;

/**
 * The path of a new revision, relative to its version location, with `/` where the template has one. Letters,
 * digits and `_` of the message make the slug, as in Alembic; whatever an id or a template adds that some
 * file system doesn't take becomes `_`.
 *
 * @throws CommandError `FILE_TEMPLATE`
 */
export function revisionFileName(template: string, parts: FileNameParts): string {
  const { date, revision, message } = parts;
  const tokens: Readonly<Record<string, string | number>> = {
    rev: revision,
    slug: slugify(message, parts.truncateSlugLength),
    epoch: date.epoch,
    year: date.year,
    month: date.month,
    day: date.day,
    hour: date.hour,
    minute: date.minute,
    second: date.second,
  };
  const names = template.split('/').map((part) => formatTokens(part, tokens, template));
  const last = names.length - 1;
  return names.map((name, i) => safeName(name, i === last ? parts.extension : '')).join('/');
}

/**
 * The words of `message` in lower case, joined by `_`. Longer than `longest` characters it is cut there, then
 * at the last `_` before, and ends in one.
 */
export function slugify(message: string, longest = 40): string {
  const slug = (message.match(/[\p{L}\p{N}_]+/gu) ?? []).join('_').toLowerCase();
  const characters = [...slug];
  if (characters.length <= longest) return slug;
  const cut = characters.slice(0, longest).join('');
  return `${cut.includes('_') ? cut.slice(0, cut.lastIndexOf('_')) : cut}_`;
}

/**
 * Checks a template before it is used.
 *
 * @throws CommandError `FILE_TEMPLATE`
 */
export function checkFileTemplate(template: string, recursive: boolean): void {
  const parts = template.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw fileTemplateError(
      template,
      "it has to name a file below the version location, without '..' or an empty part",
    );
  }
  if (parts.length > 1 && !recursive) {
    throw fileTemplateError(
      template,
      'its files would lie in subdirectories, which are only read with recursiveVersionLocations: true',
    );
  }
  const tokens = { rev: 'a', slug: 'a', epoch: 0, year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const part of parts) formatTokens(part, tokens, template);
}

/**
 * Python's `%` formatting, as far as file names need it: `%(year)d`, `%(month).2d`, `%(day)02d`, `%(rev)s`,
 * `%%`.
 */
function formatTokens(
  part: string,
  tokens: Readonly<Record<string, string | number>>,
  template: string,
): string {
  return part.replace(
    /%(?:%|\((\w*)\)(-?)(0?)(\d*)(?:\.(\d+))?([sdi]))?/g,
    (all, name?: string, left = '', zero = '', width = '', precision?: string, type?: string) => {
      if (all === '%%') return '%';
      if (name === undefined) {
        throw fileTemplateError(
          template,
          "after '%' it needs a token such as %(rev)s or %(month).2d, or a second '%'",
        );
      }
      const value = Object.hasOwn(tokens, name) ? tokens[name] : undefined;
      if (value === undefined) {
        const [guess] = nearest(name, Object.keys(tokens));
        throw fileTemplateError(
          template,
          `nothing is called %(${name})${guess === undefined ? '' : `; did you mean %(${guess})`}`,
        );
      }
      let text = String(value);
      if (type !== 's') {
        if (typeof value !== 'number')
          throw fileTemplateError(template, `%(${name}) is a text: write %(${name})s`);
        text = text.padStart(Number(precision ?? 0), '0');
      } else if (precision !== undefined) text = text.slice(0, Number(precision));
      if (left === '-') return text.padEnd(Number(width));
      return text.padStart(Number(width), zero === '0' && type !== 's' ? '0' : ' ');
    },
  );
}

/**
 * A name that every common file system takes, no longer than they take, and that isn't passed over when the
 * directory is read.
 */
function safeName(name: string, extension: string): string {
  let stem = name
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}<>:"/\\|?*\ufffd]/gu, '_')
    .replace(/^[. ]|[. ]$/g, '_')
    // 'x.d.ts' would be a declaration file
    .replace(/\.(?=d$)/i, '_');
  if (/^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])(?:$|\.)/i.test(stem)) stem = stem.replace(/^[^.]*/, '$&_');
  let bytes = 0;
  const room = LONGEST - extension.length;
  let fitting = '';
  for (const character of stem === '' ? '_' : stem) {
    bytes += Buffer.byteLength(character);
    if (bytes > room) break;
    fitting += character;
  }
  return fitting.replace(/[. ]$/, '_') + extension;
}

function fileTemplateError(template: string, reason: string): CommandError {
  return new CommandError('FILE_TEMPLATE', `The option fileTemplate '${template}' can't be used: ${reason}.`);
}

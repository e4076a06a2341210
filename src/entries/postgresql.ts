export * from '../dialects/postgresql/index.ts';
export {
  type Exclude,
  type ExcludeElement,
  type ExcludeOptions,
  exclude,
} from '../objects/exclude/operations.ts';
export type { Domain, DomainOptions } from '../schema/domain-object.ts';
export { type Extension, type ExtensionOptions, extension } from '../schema/extension.ts';
export {
  type Commented,
  type ObjectComment,
  type ObjectCommentOptions,
  objectComment,
} from '../schema/object-comment.ts';

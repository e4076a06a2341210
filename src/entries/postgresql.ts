export * from '../dialects/postgresql/index.ts';
export {
  type Exclude,
  type ExcludeElement,
  type ExcludeOptions,
  exclude,
} from '../objects/exclude/operations.ts';
export { type Extension, type ExtensionOptions, extension } from '../schema/extension.ts';

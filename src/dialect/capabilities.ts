export type { Capabilities } from '../operations/capabilities.ts';

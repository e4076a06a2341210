import { describe, expect, test } from 'vitest';
import { databaseKinds, testDatabase } from '../../../test/support/databases.ts';

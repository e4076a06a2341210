/** Facts of a record, for hosts that log structured data. */
type LogProperties = Readonly<Record<string, unknown>>;

/** Writes to LogTape under one category. The message is text as it is: nothing in it is a placeholder. */
export interface Log {
  debug(message: string, properties?: LogProperties): void;
  info(message: string, properties?: LogProperties): void;
  warn(message: string, properties?: LogProperties): void;
  error(message: string, properties?: LogProperties): void;
}

type Level = keyof Log;
type LogTape = typeof import('@logtape/logtape');

interface LogRecord {
  readonly level: Level;
  readonly category: readonly string[];
  readonly message: string;
  readonly properties: LogProperties;
}

let logtape: LogTape | null = null;
let loading: Promise<void> | null = null;
/** records from before LogTape was there, in order */
const early: LogRecord[] = [];

/**
 * A log under `category`. LogTape is loaded with the first record. While the host has configured no LogTape, what is more than `debug` goes to
 * stderr, a line each.
 */
export function log(...category: readonly string[]): Log {
  const at =
    (level: Level) =>
    (message: string, properties: LogProperties = {}): void =>
      record({ level, category, message, properties });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Resolves when every record so far has been written. */
export async function flushLogs(): Promise<void> {
  await loading;
}

function record(entry: LogRecord): void {
  if (logtape !== null) {
    write(logtape, entry);
    return;
  }
  early.push(entry);
  loading ??= import('@logtape/logtape').then((loaded) => {
    logtape = loaded;
    for (const each of early.splice(0)) write(loaded, each);
  });
}

function write({ getConfig, getLogger }: LogTape, { level, category, message, properties }: LogRecord): void {
  if (getConfig() === null) {
    if (level === 'debug') return;
    const name = level.toUpperCase().padEnd(5);
    process.stderr.write(`${name} [${category.join('.')}] ${message.replaceAll('\n', '\n      ')}\n`);
    return;
  }
  getLogger([...category])[level](message.replaceAll('{', '{{').replaceAll('}', '}}'), { ...properties });
}

/** Where a server is and who asks. What is absent, the driver takes from the `PG…` variables or its defaults. */
export interface PostgresqlTarget {
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
  readonly user?: string;
  readonly password?: string;
  /** of the URL's query: `sslmode`, `application_name`, `options`, `connect_timeout` (seconds), … */
  readonly parameters?: { readonly [name: string]: string };
}

/** The target as a URL for people: without the password and whatever else the query holds. */
export function displayTarget(target: PostgresqlTarget): string {
  const { user, host = 'localhost', port, database } = target;
  const shown = host.includes(':') ? `[${host}]` : host.startsWith('/') ? encodeURIComponent(host) : host;
  const who = user ? `${encodeURIComponent(user)}@` : '';
  return `postgresql://${who}${shown}${port ? `:${port}` : ''}${database ? `/${encodeURIComponent(database)}` : ''}`;
}

/** The target of a connection string, for showing it; what can't be read is left out. */
export function readTarget(url: string): PostgresqlTarget {
  try {
    const { hostname, port, username, pathname } = new URL(url);
    return {
      ...(hostname && { host: decodeURIComponent(hostname).replace(/^\[|\]$/g, '') }),
      ...(port && { port: Number(port) }),
      ...(username && { user: decodeURIComponent(username) }),
      ...(pathname.length > 1 && { database: decodeURIComponent(pathname.slice(1)) }),
    };
  } catch {
    return {};
  }
}

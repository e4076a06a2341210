/** Shared by all instances of the package in a process: the command line may be another one than the application's. */
const key: unique symbol = Symbol.for('alembic-ts.applications');

interface Global {
  [key]?: WeakMap<object, object>;
}

/** Remembers which `Alembic` an application has, for the command line to find. */
export function registerAlembic(app: object, alembic: object): void {
  const holder = globalThis as Global;
  holder[key] ??= new WeakMap();
  holder[key].set(app, alembic);
}

/** The `Alembic` that an application was registered with, of any instance of the package. */
export function registeredAlembic(app: object): object | undefined {
  return (globalThis as Global)[key]?.get(app);
}

import { createServer, type Server } from 'node:net';
import { expect } from 'vitest';
import { AlembicError } from '../../src/errors.ts';

/** A password with every character that has a meaning somewhere. */
export const hostile = `p@ss:w/o?r#d%20'"\\ <>&=+é`;

/** The error of ours that a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<AlembicError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AlembicError);
  return error as AlembicError;
}

/** Neither an error nor what caused it tells {@link hostile}. */
export function expectNoPassword(error: AlembicError): void {
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    const told = JSON.stringify([each.message, each.stack, each, Object.entries(each)]);
    for (const secret of [
      hostile,
      encodeURIComponent(hostile),
      JSON.stringify(hostile).slice(1, -1),
      'p@ss',
      'p%40ss',
    ])
      expect(told).not.toContain(secret);
  }
}

/** A server on this machine that answers as `answer` does. */
export function listen(answer: (chunk: Buffer, reply: (bytes: Buffer) => void) => void): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('data', (chunk) => answer(chunk, (bytes) => socket.write(bytes))).on('error', () => {});
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** The server's message that refuses. */
export function errorResponse(code: string, message: string): Buffer {
  const body = Buffer.from(`SFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.from([0x45, 0, 0, 0, 0]);
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

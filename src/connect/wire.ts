import { Duplex } from "node:stream";
import { ProblemError } from "./failure.ts";
import type { Problem } from "./ssh/problem.ts";

/** Sees arriving bytes before a protocol library does. */
export interface Gate {
  /** What may pass on now (possibly nothing yet), or why the connection must end. */
  readonly arriving: (bytes: Buffer) => { readonly pass?: Buffer; readonly end?: Problem };
  readonly leaving?: (bytes: Buffer) => void;
}

/**
 * Puts a stream between a connection and the library that speaks over it, for two things the libraries do not do: a
 * gate that bounds and checks what arrives, and containment, so that a library which throws on hostile bytes loses its
 * connection instead of ending the process.
 */
export const wire = (inner: Duplex, gate: Gate): Duplex => {
  const outer = new ContainedDuplex({
    // A server that has ended its side answers nothing more, yet a tunnel stays open for what we might still write.
    allowHalfOpen: false,
    read: () => inner.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      gate.leaving?.(chunk);
      inner.write(chunk, (error) => done(error ?? null));
    },
    final: (done) => {
      inner.end();
      done();
    },
    destroy: (error, done) => {
      inner.destroy();
      done(error);
    },
  });
  inner.on("data", (bytes: Buffer) => {
    const { pass, end } = gate.arriving(bytes);
    if (end !== undefined) outer.destroy(new ProblemError(end));
    else if (pass !== undefined && !outer.push(pass)) inner.pause();
  });
  inner.on("end", () => outer.push(null));
  inner.on("error", (error) => outer.destroy(error));
  inner.on("close", () => outer.destroy());
  return outer;
};

class ContainedDuplex extends Duplex {
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    const { trace } = console;
    // mysql2 prints a stack before it throws on a malformed length; the screen is not the place for it.
    console.trace = () => undefined;
    try {
      return super.emit(event, ...args);
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
      return true;
    } finally {
      console.trace = trace;
    }
  }
  // Socket options that libraries set; the transport below has its own.
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
}

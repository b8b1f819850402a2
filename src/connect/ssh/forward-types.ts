import type { Duplex } from "node:stream";
import type { Problem } from "./problem.ts";

/** Where a tunnel ends, as the host itself sees it. */
export type ForwardTarget = { readonly host: string; readonly port: number } | { readonly socketPath: string };

export type Forwarded =
  | { readonly ok: true; /** Raw and uncleaned. An error handler is already attached. */ readonly stream: Duplex }
  | ({ readonly ok: false } & Problem);

import { quoteAll } from "./quote.ts";

/** What the batch lane executes; `exec` so that closing the channel reaches the shell that reads our lines. */
export const BATCH_SHELL = "exec env LC_ALL=C sh";

/**
 * Defines `mw ID SECONDS ARGV…` (docs/architecture.md has the framing). stdout goes straight to the channel on fd 3;
 * stderr is held by the shell until the command ends, because one channel cannot keep two streams apart. The nonce is
 * a shell variable and not exported: a command that prints its environment cannot print it.
 */
export const preamble = (nonce: string): string =>
  `unset MW
MW=${nonce}
exec 3>&1
mw() {
  mw_id=$1 mw_s=$2
  shift 2
  printf '%s o %s\\n' "$MW" "$mw_id"
  mw_e=$(timeout -k 1 "$mw_s" "$@" 2>&1 >&3 3>&- </dev/null)
  printf '\\n%s e %s %s\\n%s\\n%s z %s\\n' "$MW" "$mw_id" "$?" "$mw_e" "$MW" "$mw_id"
}
`;

export const batchLine = (id: number, seconds: number, argv: readonly string[]): string =>
  `mw ${id} ${seconds} ${quoteAll(argv)}\n`;

/** Whole seconds, because not every `timeout` takes fractions. */
export const hostSeconds = (deadlineMs: number): number => Math.max(1, Math.ceil(deadlineMs / 1000));

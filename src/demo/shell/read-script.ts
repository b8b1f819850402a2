import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { runText, type Shell } from "./run.ts";
import { SyntaxProblem } from "./syntax.ts";

/** Runs a script as it comes in, line by line, like `sh` with its standard input on a pipe. Resolves with its exit status. */
export const readScript = async (input: Readable, shell: Shell): Promise<number> => {
  const decoder = new StringDecoder("utf8");
  let text = "";
  let pending = "";
  try {
    // Not destroyed when the script ends before its input does: the channel still has to carry the exit code.
    for await (const bytes of input.iterator({ destroyOnReturn: false })) {
      text += Buffer.isBuffer(bytes) ? decoder.write(bytes) : String(bytes);
      for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n")) {
        pending += text.slice(0, at + 1);
        text = text.slice(at + 1);
        if (await runIfWhole(shell, pending, false)) pending = "";
        if (shell.exited) return shell.status;
      }
    }
    await runIfWhole(shell, pending + text, true);
  } catch {
    // The channel broke: nobody is left to be told.
  }
  return shell.status;
};

/** False when the text stops inside a quote or a function: more lines are to come. */
const runIfWhole = async (shell: Shell, text: string, last: boolean): Promise<boolean> => {
  if (text.trim() === "") return true;
  try {
    await runText(shell, text);
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    if (error.more && !last) return false;
    shell.files.get(2)?.(`${shell.name}: 1: Syntax error: ${error.message}\n`);
    shell.status = 2;
    // A shell that reads a script gives up at the first thing it cannot read.
    shell.exited = true;
  }
  return true;
};

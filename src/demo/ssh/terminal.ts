import type { ServerChannel } from "ssh2";
import { runText, type Shell } from "../shell/run.ts";

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const BACKSPACE = "\u007f";

/** A person at a terminal: a prompt, an echo, and one line at a time. Resolves with the exit status. */
export const serveTerminal = (channel: ServerChannel, shell: Shell, who: string): Promise<number> =>
  new Promise((resolve) => {
    const write = (text: string): void => {
      if (!channel.writableEnded) channel.write(text.replaceAll("\n", "\r\n"));
    };
    shell.files.set(1, write);
    shell.files.set(2, write);
    const prompt = (): void => write(`${who}:~$ `);
    let line = "";
    let work = Promise.resolve();
    const enter = (typed: string): void => {
      work = work
        .then(() => runText(shell, typed))
        .catch((error: unknown) => write(`bash: ${error instanceof Error ? error.message : String(error)}\n`))
        .then(() => (shell.exited ? resolve(shell.status) : prompt()));
    };
    channel.on("data", (bytes: Buffer) => {
      for (const key of bytes.toString("utf8")) {
        if (key === "\r" || key === "\n") {
          write("\n");
          if (line.trim() === "") prompt();
          else enter(line);
          line = "";
        } else if (key === CTRL_C) {
          line = "";
          write("^C\n");
          prompt();
        } else if (key === CTRL_D && line === "") {
          write("logout\n");
          resolve(shell.status);
        } else if (key === BACKSPACE) {
          if (line !== "") write("\b \b");
          line = line.slice(0, -1);
        } else if (key >= " ") {
          line += key;
          write(key);
        }
      }
    });
    channel.once("close", () => resolve(shell.status));
    prompt();
  });

import type { Duplex } from "node:stream";
import type { Simulation } from "../simulation.ts";
import { answerHaproxy, type Level } from "./commands.ts";

/**
 * Serves one client of the runtime socket: one line of commands joined by `;`, then the connection closes, unless
 * `prompt` came first, which makes it a conversation.
 */
export const serveHaproxy = (stream: Duplex, level: Level, simulation: Simulation): void => {
  let waiting = "";
  let prompting = false;
  stream.on("error", () => undefined);
  const answerLine = (line: string): void => {
    for (const command of line.split(/(?<!\\);/)) {
      const word = command.trim();
      if (word === "quit") {
        stream.end();
        return;
      }
      if (word === "prompt") prompting = !prompting;
      else stream.write(`${answerHaproxy(simulation.now(), level, word.replaceAll(String.raw`\;`, ";"))}\n`);
    }
    if (prompting) stream.write("> ");
    else stream.end();
  };
  stream.on("data", (bytes: Buffer) => {
    waiting += bytes.toString("utf8");
    for (let at = waiting.indexOf("\n"); at >= 0 && !stream.writableEnded; at = waiting.indexOf("\n")) {
      const line = waiting.slice(0, at);
      waiting = waiting.slice(at + 1);
      answerLine(line.replace(/\r$/, ""));
    }
  });
  stream.on("end", () => {
    if (waiting !== "" && !stream.writableEnded) answerLine(waiting);
    stream.end();
  });
};

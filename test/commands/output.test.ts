import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { expect, test } from "vitest";

const MAIN = path.resolve("src/main.ts");

test.each([["explain"], ["keys"], ["run"], ["--help"]])(
  "%s into a pipe nobody reads ends in silence",
  async (...args) => {
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.destroy();
    let said = "";
    child.stderr.on("data", (bytes) => (said += String(bytes)));
    const [code] = await once(child, "close");
    expect({ code, said }).toEqual({ code: 141, said: "" });
  },
);

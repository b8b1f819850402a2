import { notParsed, parsed, type HostCommand } from "../../connect/command.ts";
import { firstLine } from "../text.ts";

export const isThere: HostCommand<boolean, { readonly path: string }, "read"> = {
  id: "host.is_there",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "Whether a file or folder is there",
  privilege: { need: "login" },
  deadlineMs: 5_000,
  argv: ({ path }) => ["find", path, "-maxdepth", "0", "-printf", "%y\\n"],
  parse: ({ exitCode, stdout, stderr }) => {
    if (exitCode === 0) return parsed(stdout.trim() !== "");
    return /No such file/.test(stderr) ? parsed(false) : notParsed("failed", firstLine(stderr, "find failed"));
  },
};

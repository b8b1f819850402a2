import { notParsed, parsed, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine, shortText } from "../text.ts";

/** One line of PHP's settings about where sessions go. Holds no password: see {@link SESSION_PATTERN}. */
export interface SessionSetting {
  readonly file: string;
  readonly name: "handler" | "path";
  /** A handler's name; of a path what stands before its parameters. */
  readonly value: string;
}

/**
 * For `grep -oE`: the setting in php.ini's, FPM's or Apache's words, and of its value only what can hold no password: an
 * address that is followed by its end, and not by `@`, or a plain word or path.
 */
export const SESSION_PATTERN =
  "^[[:space:]]*(php_(admin_)?value[[:space:]]*[[]?)?session[.]save_(handler|path).?[[:space:]]*=?[[:space:]]*" +
  "[^A-Za-z0-9/;[:space:]]?([a-z]+://[A-Za-z0-9_./:-]+([^A-Za-z0-9_./:@-]|$)|[A-Za-z0-9;/_.-]*)";

/** `grep -RHoE`: exit code 1 is none, 2 that some file or folder could not be read; folders that are not there are fine. */
export const parseSessions = (reply: HostReply): Parsed<readonly SessionSetting[]> => {
  const trouble = reply.stderr
    .split("\n")
    .find((line) => line.trim() !== "" && !/No such file or directory/.test(line));
  if (reply.exitCode > 1 && trouble !== undefined) {
    const why = firstLine(trouble, "PHP's settings could not be read");
    return notParsed(/Permission denied/.test(trouble) ? "privilege" : "failed", why);
  }
  const settings: SessionSetting[] = [];
  for (const line of reply.stdout.split("\n")) {
    const match = /^([^:]+):\s*(?:php_(?:admin_)?value\s*\[?)?session\.save_(handler|path)\]?\s*=?\s*["']?(.*)$/.exec(
      line,
    );
    const [, file, name, rest = ""] = match ?? [];
    if (file === undefined || (name !== "handler" && name !== "path")) continue;
    settings.push({ file: shortText(file), name, value: shortText(/^[^?"', ]*/.exec(rest)?.[0] ?? "", 120) });
  }
  return parsed(settings);
};

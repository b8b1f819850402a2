import { notParsed, type Parsed } from "../../connect/command.ts";
import { firstLine } from "../text.ts";

/** What HAProxy's socket says instead of an answer; undefined when the text may be read. */
export const refusedBySocket = (text: string): Parsed<never> | undefined => {
  const line = firstLine(text, "");
  if (line === "") return notParsed("failed", "HAProxy answered with nothing");
  if (/^Permission denied/i.test(line))
    return notParsed(
      "privilege",
      "the socket's level does not allow this",
      "give the stats socket `level user` or more",
    );
  if (/^Unknown command/i.test(line)) return notParsed("missing", "this HAProxy does not know the command");
  return undefined;
};

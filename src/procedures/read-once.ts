import { ask, notParsed, type Command, type Parsed } from "../connect/command.ts";
import type { Reads } from "./procedure.ts";

/** Puts one question to one target and parses its answer; what is not known says why. Never rejects. */
export const readOnce = async <T, P>(
  reads: Reads,
  target: string,
  command: Command<T, P, "read">,
  params: P,
): Promise<Parsed<T>> => {
  const put = ask(command, params);
  const outcome = await reads.ask(target, put);
  if (!outcome.ok)
    return notParsed(
      outcome.reason === "privilege" || outcome.reason === "missing" ? outcome.reason : "failed",
      outcome.detail,
    );
  // The value is what this very command's parser returned.
  return put.parse(outcome.reply) as Parsed<T>;
};

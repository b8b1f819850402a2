import { notParsed, type Parsed } from "../connect/command.ts";
import type { HostReply } from "../connect/reply.ts";
import { shortText } from "./text.ts";

/**
 * What a host's reply says when the program did not get to answer: not there, not allowed, ended by its deadline.
 * Undefined when the program ran; what its exit code means is then its own parser's business.
 */
export const notRun = (reply: HostReply, program: string): Parsed<never> | undefined => {
  const { exitCode, stderr } = reply;
  if (SUDO_REFUSED.test(stderr))
    return notParsed("privilege", `${program} needs root`, "grant the account this command in sudoers");
  if (exitCode === 127 || /^sudo: .*command not found$/m.test(stderr))
    return notParsed("missing", `${program} is not installed`);
  if (exitCode === 126) return notParsed("privilege", `this account may not run ${program}`);
  if (exitCode === 124 || exitCode === 137) return notParsed("failed", `${program} did not end in time`);
  return undefined;
};

// sudo -n: a password would be needed, the account or the command is not in sudoers, or there is no sudo at all.
const SUDO_REFUSED =
  /^sudo: (a password is required|a terminal is required|sorry, |.*no tty present)|is not (in the sudoers file|allowed to (execute|run sudo))|failed to run command .?sudo/m;

/** The first line of an error text worth showing; `otherwise` when it says nothing. */
export const firstLine = (text: string, otherwise: string): string => {
  const line = text.split("\n", 50).find((each) => each.trim() !== "");
  return line === undefined ? otherwise : shortText(line.trim(), 160);
};

import { notParsed, parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine } from "../text.ts";
import { parseXml, textAt, type XmlNode } from "./xml.ts";

/** The `<cliOutput>` of a `gluster --xml` command that went well. */
export const parseCli = (reply: HostReply): Parsed<XmlNode> => {
  const refused = cliFailure(reply);
  if (refused !== undefined) return refused;
  const output = parseXml(reply.stdout, "cliOutput");
  if (output === undefined) {
    return reply.exitCode === 0
      ? unreadable("gluster --xml did not print a whole cliOutput document")
      : notParsed("failed", firstLine(`${reply.stdout}\n${reply.stderr}`, `gluster ended with code ${reply.exitCode}`));
  }
  if (textAt(output, "opRet") === "0") return parsed(output);
  const problem = textAt(output, "opErrstr") ?? "";
  return notParsed("failed", problem === "" ? "gluster refused, without saying why" : problem);
};

const cliFailure = (reply: HostReply): Parsed<never> | undefined => {
  const { stdout, stderr, exitCode } = reply;
  if (exitCode === 0) return undefined;
  const text = `${stdout}\n${stderr}`;
  if (/^ERROR: failed to (create|open) logfile/m.test(text))
    return notParsed("privilege", "gluster needs root", "grant the account this command in sudoers");
  if (/Connection failed\. Please check if gluster daemon/.test(text))
    return notParsed("failed", "glusterd does not run on the host that was asked");
  if (/Another transaction|Locking failed|in progress/i.test(text))
    return notParsed("failed", "another gluster command holds the lock");
  if (/Request timed out/i.test(text))
    return notParsed("failed", "gluster did not answer in time: a peer may be hanging");
  return undefined;
};

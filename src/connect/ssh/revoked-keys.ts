import { readFile } from "node:fs/promises";
import { cleanLine } from "../clean.ts";
import { problem, type Problem } from "./problem.ts";

/**
 * Whether ssh_config's RevokedHostKeys takes a host's key back: why, or undefined. As in OpenSSH a file that cannot be
 * read refuses every key. Of its two formats the binary one (a KRL) is not read, and so refuses, too.
 */
export const revocation = async (host: string, file: string, blob: Buffer): Promise<Problem | undefined> => {
  const where = cleanLine(file);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "an error";
    const detail = `${host}: ssh_config's RevokedHostKeys cannot be read: ${where} (${why})`;
    return problem("host-key", detail, "make it readable, or correct RevokedHostKeys");
  }
  if (bytes.subarray(0, KRL.length).equals(KRL)) {
    const detail = `${host}: ssh_config's RevokedHostKeys is a binary list, which midwatch cannot read: ${where}`;
    return problem("host-key", detail, "list the keys one on a line, or mark them @revoked in known_hosts");
  }
  const wanted = blob.toString("base64");
  const line = bytes
    .toString("utf8")
    .split("\n")
    .findIndex((text) => text.trim().split(/[ \t]+/)[1] === wanted);
  return line < 0
    ? undefined
    : problem(
        "host-key",
        `${host}: its host key is revoked (${where}:${line + 1})`,
        "give the host a new key; a revoked one is never accepted",
      );
};

/** PROTOCOL.krl, "KRL header". */
const KRL = Buffer.from("SSHKRL\n\0", "latin1");

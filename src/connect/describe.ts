import type { Privilege, Send } from "./command.ts";
import type { RedisValue, Reply } from "./reply.ts";

/** A command as an operator would type it; holds no credentials because a {@link Send} holds none. */
export const describeSend = (send: Send, privilege: Privilege): string => {
  switch (send.kind) {
    case "host":
      return `${privilege.need === "root" ? "sudo " : ""}${send.argv.map(shown).join(" ")}`;
    case "sql":
      return send.sql;
    case "redis":
      return send.calls.map((call) => call.map(shown).join(" ")).join("; ");
    case "haproxy":
      return send.line;
    case "http":
      return `GET ${send.url}${send.hostHeader === undefined ? "" : ` (Host: ${send.hostHeader})`}`;
  }
};

// For reading, not for running: words that need no quotes stay bare.
const shown = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** A reply as lines a person can read. */
export const describeReply = (reply: Reply): string => {
  switch (reply.kind) {
    case "host":
      return [reply.stdout, reply.stderr, reply.exitCode === 0 ? "" : `exit code ${reply.exitCode}`]
        .map((part) => part.trimEnd())
        .filter((part) => part !== "")
        .join("\n");
    case "sql":
      return reply.rows
        .map((row) =>
          Object.values(row)
            .map((value) => value ?? "NULL")
            .join("\t"),
        )
        .join("\n");
    case "redis":
      return reply.values.map((value) => redisText(value)).join("\n");
    case "haproxy":
      return reply.text.trimEnd();
    case "http":
      return `HTTP ${reply.status}\n${Object.entries(reply.headers)
        .map(([key, value]) => `${key}: ${value}`)
        .join("\n")}\n\n${reply.body}`;
  }
};

const redisText = (value: RedisValue): string => {
  if (value === null) return "(nil)";
  if (typeof value === "object" && "error" in value) return `(error) ${value.error}`;
  return typeof value === "object" ? value.map((item) => redisText(item)).join("\n") : String(value);
};

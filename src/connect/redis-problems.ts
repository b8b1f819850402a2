import type { Privilege } from "./command.ts";
import type { RedisValue } from "./reply.ts";
import { problem, type Problem } from "./ssh/problem.ts";

interface Asked {
  /** `Redis sessions on lb1`. */
  readonly where: string;
  /** Name in the inventory. */
  readonly instance: string;
  readonly user: string | undefined;
  readonly privilege?: Privilege;
}

/**
 * What all calls of a command being refused means. One refused call among others stays a value: the rest of its
 * pipeline is still worth reading. Redis starts an error with its code in capitals.
 */
export const refusal = (values: readonly RedisValue[], asked: Asked): Problem | undefined => {
  const errors = values.map(errorText);
  const [first] = errors;
  return first === undefined || errors.includes(undefined) ? undefined : errorProblem(first, asked);
};

export const errorText = (value: RedisValue): string | undefined =>
  typeof value === "object" && value !== null && "error" in value ? value.error : undefined;

/** Undefined for errors of a command itself, which its parser knows better. */
export const errorProblem = (error: string, { where, instance, user, privilege }: Asked): Problem | undefined => {
  switch (error.split(" ", 1)[0]) {
    case "NOAUTH":
      return problem("auth", `${where} asks for a password`, `set redis.${instance}.password in the inventory`);
    case "WRONGPASS":
      return problem(
        "auth",
        `${where} refuses ${user === undefined ? "the password" : `user ${user} or its password`}`,
        `check redis.${instance}.user and redis.${instance}.password in the inventory`,
      );
    case "NOPERM":
      return problem("privilege", `${where}: ${error.replace(/^NOPERM\s+/, "")}`, aclFix(user, privilege));
    case "LOADING":
      return problem("failed", `${where} is loading its data`);
    case "DENIED":
      return problem(
        "refused",
        `${where} is in protected mode`,
        "set a password there, or bind it to loopback and use via: tunnel",
      );
    default:
      return error.startsWith("ERR max number of clients")
        ? problem("refused", `${where} has no connection to spare`, "see maxclients and CLIENT LIST")
        : undefined;
  }
};

const aclFix = (user: string | undefined, privilege: Privilege | undefined): string => {
  const acl = privilege?.need === "redis" && privilege.acl.length > 0 ? privilege.acl : ["+info", "+dbsize", "+scan"];
  return `ACL SETUSER ${user ?? "default"} ${acl.join(" ")}`;
};

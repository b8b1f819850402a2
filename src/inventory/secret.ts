import { z } from "zod";
import { splitWords } from "./words.ts";

/**
 * Where a secret comes from; never the secret itself. Read by resolve-secret.ts at the moment it is needed, kept in
 * memory only. Paths are absolute once the inventory is loaded.
 */
export type Secret =
  | { readonly from: "env"; readonly name: string }
  | { readonly from: "file"; readonly path: string }
  | { readonly from: "command"; readonly argv: readonly string[] };

/** For messages. Of a command only the program: an argument may be more than the file's author meant to show. */
export const describeSecret = (secret: Secret): string => {
  switch (secret.from) {
    case "env":
      return `env:${secret.name}`;
    case "file":
      return `file:${secret.path}`;
    case "command":
      return `command:${secret.argv[0] ?? ""}`;
  }
};

const FORMS: Readonly<Record<string, (rest: string) => Secret | string>> = {
  env: (name) =>
    /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? { from: "env", name } : "env: and the name of an environment variable",
  file: (path) =>
    /^(?!~[^/])[^\p{C}]+$/u.test(path)
      ? { from: "file", path }
      : "file: and a path (absolute, from ~/, or from this file's folder)",
  command: (line) => {
    const argv = splitWords(line);
    return argv === undefined ? "command: and a program, with every quote closed" : { from: "command", argv };
  },
};

/** `writeOnly` tells whoever reports a problem here that nothing of the text may be repeated. */
export const secretSchema = z
  .string()
  .regex(/^(env|file|command):/, "env:NAME, file:PATH or command:PROGRAM …")
  .transform((text, context): Secret => {
    const at = text.indexOf(":");
    const secret = FORMS[text.slice(0, at)]?.(text.slice(at + 1)) ?? "env:NAME, file:PATH or command:PROGRAM …";
    if (typeof secret !== "string") return secret;
    context.addIssue({ code: "custom", message: secret });
    return z.NEVER;
  })
  .meta({ writeOnly: true });

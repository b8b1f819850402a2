import { z } from "zod";

/**
 * Where a secret comes from; never the secret itself. Read by resolve-secret.ts at the moment it is needed, kept in
 * memory only.
 */
export type Secret =
  | { readonly from: "env"; readonly name: string }
  | { readonly from: "file"; readonly path: string }
  | { readonly from: "command"; readonly argv: readonly string[] };

export const secretSchema = z
  .string()
  .regex(
    /^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+|command:.+)$/,
    "env:NAME, file:PATH or command:PROGRAM …; a password itself must not stand in this file",
  )
  .transform((text): Secret => {
    const at = text.indexOf(":");
    const rest = text.slice(at + 1);
    switch (text.slice(0, at)) {
      case "env":
        return { from: "env", name: rest };
      case "file":
        return { from: "file", path: rest };
      default:
        return { from: "command", argv: rest.trim().split(/\s+/) };
    }
  });

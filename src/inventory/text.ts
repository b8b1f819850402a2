import { z } from "zod";

/**
 * The kinds of text an inventory holds. Each message reads after "expected". What becomes an argument of a program never
 * begins with a dash, and nothing holds a control character, because all of it is shown on a terminal.
 */
export const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "letters, digits, dot, dash and underscore");

export const line = z.string().regex(/^[^\p{C}\p{Zl}\p{Zp}]+$/u, "one line of text");

export const word = z.string().regex(/^[^\s\p{C}-][^\s\p{C}]*$/u, "one word, not beginning with a dash");

export const port = z.int().min(1).max(65_535);

/** On a host. */
export const absolutePath = z.string().regex(/^\/[^\p{C}]*$/u, "an absolute path");

/** On this machine. */
export const localPath = z
  .string()
  .regex(/^(?!-|~[^/])[^\p{C}]+$/u, "a path: absolute, from ~/, or from this file's folder");

export const address = z.string().regex(/^[A-Za-z0-9_:][A-Za-z0-9._:%-]*$/, "a host name or an IP address");

export const endpoint = z
  .string()
  .regex(/^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_][A-Za-z0-9._-]*):\d{1,5}$/, "host:port")
  .transform((text) => {
    const at = text.lastIndexOf(":");
    return { host: text.slice(0, at).replaceAll(/[[\]]/g, ""), port: Number(text.slice(at + 1)) };
  })
  .refine(({ port }) => port >= 1 && port <= 65_535, "host:port with a port from 1 to 65535");

export const jumpHost = z
  .string()
  .regex(
    /^([^\s@:/\p{C}-][^\s@:/\p{C}]*@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_][A-Za-z0-9._-]*)(:\d{1,5})?$/u,
    "a jump host such as user@bastion.example:22",
  );

export const url = z
  .string()
  .regex(
    /^https?:\/\/[A-Za-z0-9._[\]:-]+(\/[^\s\p{C}]*)?$/u,
    "an address such as http://127.0.0.1/health.php, without user or password in it",
  );

export const unit = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9@._:\\-]*$/, "the name of a systemd unit");

/** A proxy's or server's name in HAProxy. */
export const haproxyName = z.string().regex(/^[A-Za-z0-9_.:-]+$/, "a name as haproxy.cfg has it");

import { resolveSecret } from "../inventory/resolve-secret.ts";
import { describeSecret, type Secret } from "../inventory/secret.ts";
import { problem, type Problem } from "./ssh/problem.ts";

export type Password = { readonly ok: true; readonly value?: string } | ({ readonly ok: false } & Problem);

/** A password fetched when first needed and held in memory until a server refuses it. */
export interface PasswordSource {
  /** Settles within `deadlineMs` and does not reject. A slow password manager goes on working for the next time. */
  readonly get: (deadlineMs: number) => Promise<Password>;
  /** After a refusal: it may have been changed, so it is fetched anew the next time. */
  readonly forget: () => void;
}

export const noPassword: PasswordSource = { get: async () => ({ ok: true }), forget: () => undefined };

export const passwordSource = (secret: Secret, resolve: typeof resolveSecret = resolveSecret): PasswordSource => {
  let held: Promise<Password> | undefined;

  const fetch = async (): Promise<Password> => {
    const resolved = await resolve(secret);
    if (resolved.ok) return { ok: true, value: resolved.value };
    held = undefined;
    const [first] = resolved.problems;
    return { ok: false, ...problem("auth", first?.what ?? "the password cannot be had", first?.fix) };
  };

  return {
    get: (deadlineMs) => {
      held ??= fetch();
      return inTime(held, deadlineMs, secret);
    },
    forget: () => {
      held = undefined;
    },
  };
};

const inTime = async (password: Promise<Password>, deadlineMs: number, secret: Secret): Promise<Password> => {
  const late = Promise.withResolvers<Password>();
  const timer = setTimeout(
    () =>
      late.resolve({ ok: false, ...problem("timeout", `${describeSecret(secret)} has not given the password yet`) }),
    Math.max(1, deadlineMs),
  );
  const first = await Promise.race([password, late.promise]);
  clearTimeout(timer);
  return first;
};

import { bootstrapKind } from "./bootstrap.ts";
import { desyncKind } from "./desync.ts";
import { drainKind } from "./drain.ts";
import { healKind } from "./heal.ts";
import type { ProcedureKind } from "./kind.ts";
import { optionValue, withChecks } from "./option-values.ts";
import { phpModuleKind } from "./php-module/kind.ts";
import { restartKind } from "./restart/kind.ts";
import { returnKind } from "./return.ts";
import { syncKind } from "./shadow-sync.ts";
import { upgradeKind } from "./upgrade/kind.ts";

/** Every procedure there is, in the order in which lists show them. To add one, write its file and list it here. */
export const procedures: readonly ProcedureKind[] = [
  drainKind,
  returnKind,
  upgradeKind,
  restartKind,
  phpModuleKind,
  healKind,
  desyncKind,
  syncKind,
  bootstrapKind,
].map(withChecks);

/** What was chosen, completed by what each option falls back to; or what is wrong with it. */
export const optionsOf = (
  { name, options }: ProcedureKind,
  chosen: Readonly<Record<string, string>>,
):
  | { readonly ok: true; readonly options: ReadonlyMap<string, string> }
  | { readonly ok: false; readonly why: string } => {
  for (const [key, value] of Object.entries(chosen)) {
    const option = options.find((each) => each.name === key);
    if (option === undefined)
      return {
        ok: false,
        why: `${name} has no option "${key}"; it has ${options.map((each) => each.name).join(", ") || "none"}`,
      };
    if (option.choices?.includes(value) === false)
      return { ok: false, why: `${key}=${value}: expected ${option.choices.join(" | ")}` };
  }
  const values = options.map(
    (option) => [option.name, optionValue(option, chosen[option.name] ?? option.fallback)] as const,
  );
  return { ok: true, options: new Map(values) };
};

import { describe, expect, it } from "vitest";
import type { ProcedureKind } from "../../src/procedures/kind.ts";
import { optionFault } from "../../src/procedures/option-values.ts";
import { optionsOf, procedures } from "../../src/procedures/registry.ts";
import { clusterOf } from "../ui/fixtures/cluster.ts";

const cluster = clusterOf(["web1", "web2", "lb1"]);

const kindOf = (name: string): ProcedureKind => {
  const found = procedures.find((kind) => kind.name === name);
  if (found === undefined) throw new Error(`no procedure ${name}`);
  return found;
};

const faultOf = (kind: string, name: string, value: string): string | undefined => {
  const option = kindOf(kind).options.find((each) => each.name === name);
  if (option === undefined) throw new Error(`${kind} has no option ${name}`);
  return optionFault(option, value, cluster);
};

describe("an option's value", () => {
  it.each(procedures.map((kind) => [kind.name, kind] as const))("of %s is well where nothing was said", (_, kind) => {
    const faults = kind.options.map((option) => optionFault(option, option.fallback, cluster));
    expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
  });

  it.each([
    ["upgrade", "settle", "15", "with its unit"],
    ["drain", "wait", "a while", "with its unit"],
    ["upgrade", "hosts", "web1,wbe2", "did you mean web2?"],
    ["upgrade", "packages", "web,sql", 'no part "sql"'],
    ["upgrade", "reboot", "always", "never | if-required"],
    ["sync", "deletions", "many", "expected a number"],
    ["php-module", "version", "eight", "8.2"],
    ["heal", "volume", "dta", 'no volume "dta"'],
  ])("%s %s=%s is refused in words", (kind, name, value, words) => {
    expect(faultOf(kind, name, value)).toContain(words);
  });

  it("may be said in the word that stands for it: all", () => {
    expect(faultOf("upgrade", "hosts", "all")).toBeUndefined();
    expect(faultOf("upgrade", "hosts", "web1, web2")).toBeUndefined();
    const chosen = optionsOf(kindOf("upgrade"), { hosts: "all" });
    expect(chosen.ok && chosen.options.get("hosts")).toBe("");
    expect(chosen.ok && chosen.options.get("packages")).toBe("all");
  });
});

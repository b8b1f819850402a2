import type { Cluster } from "../inventory/cluster.ts";
import { nearest } from "../inventory/nearest.ts";
import { durationSchema } from "../inventory/units.ts";
import type { ProcedureKind, ProcedureOption } from "./kind.ts";
import { PARTS } from "./upgrade/selection.ts";

/** As it is handed on: the word for an empty value is none. */
export const optionValue = ({ whenEmpty }: ProcedureOption, text: string): string => {
  const value = text.trim();
  return value === whenEmpty ? "" : value;
};

/** What is wrong with a value that was typed or chosen, as far as that is known without asking a host. */
export const optionFault = (option: ProcedureOption, text: string, cluster: Cluster): string | undefined => {
  const value = optionValue(option, text);
  return option.choices?.includes(value) === false
    ? `expected ${option.choices.join(" | ")}`
    : option.fault?.(value, cluster);
};

type Check = Pick<ProcedureOption, "whenEmpty" | "fault" | "means">;

/** An option of one name takes the same in every procedure of midwatch's own. */
export const withChecks = (kind: ProcedureKind): ProcedureKind => ({
  ...kind,
  options: kind.options.map((option) => ({ ...CHECKS[option.name], ...option })),
});

const duration = (value: string): string | undefined =>
  durationSchema.safeParse(value).success ? undefined : 'expected a duration with its unit, such as "90s" or "2m"';

const oneOf = (what: string, value: string, names: readonly string[]): string | undefined => {
  if (names.includes(value)) return undefined;
  const near = nearest(value, names);
  return `no ${what} "${value}"${near === undefined ? "" : `, did you mean ${near}?`}; there are ${names.join(", ")}`;
};

const hostNames = ({ hosts }: Cluster): readonly string[] => hosts.map(({ name }) => name);

const words = (value: string): readonly string[] =>
  value.split(",").flatMap((word) => (word.trim() === "" ? [] : [word.trim()]));

const CHECKS: Readonly<Record<string, Check>> = {
  wait: { fault: duration },
  settle: { fault: duration },
  hosts: {
    whenEmpty: "all",
    fault: (value, cluster) =>
      words(value)
        .map((name) => oneOf("host", name, hostNames(cluster)))
        .find((fault) => fault !== undefined),
  },
  host: {
    whenEmpty: "all",
    fault: (value, cluster) => (value === "" ? undefined : oneOf("host", value, hostNames(cluster))),
  },
  packages: {
    fault: (value) =>
      value === "all" || value === "security"
        ? undefined
        : value === ""
          ? "expected all, security, or parts"
          : words(value)
              .map((word) => oneOf("part", word, PARTS))
              .find((fault) => fault !== undefined),
  },
  writer: {
    means: {
      leave: {
        brief: "let them end by themselves",
        more: "Nobody is cut off. Until the last of them ends, the old writer gets writes beside the new one, and rows written on both may collide.",
      },
      end: {
        brief: "cut them off when writes have moved",
        more: "Whoever is connected then gets an error and connects anew, to the new writer: one member gets all writes.",
      },
    },
  },
  deletions: { fault: (value) => (/^\d{1,9}$/.test(value) ? undefined : "expected a number") },
  volume: {
    whenEmpty: "the only one",
    fault: (value, { gluster }) => {
      const names = gluster?.volumes.map(({ name }) => name) ?? [];
      if (value === "") return names.length > 1 ? `say which: ${names.join(", ")}` : undefined;
      return oneOf("volume", value, names);
    },
  },
  version: {
    whenEmpty: "newest",
    fault: (value) => (value === "" || /^\d+\.\d+$/.test(value) ? undefined : 'expected a version such as "8.2"'),
  },
};

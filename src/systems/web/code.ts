import { mapReading } from "../derive.ts";
import type { Reading } from "../reading.ts";
import type { CodeFact } from "./facts-schema.ts";
import type { Code } from "./parse-code.ts";

interface OfHost {
  readonly host: string;
  readonly code: Reading<Code>;
}

/** How many file names a difference is told with. */
const NAMES = 3;

/** Each origin's code against the one that should be right: the sync's master, or what most of them have. */
export const compareCode = (
  origins: readonly OfHost[],
  master: string | undefined,
  docroot: string,
): ReadonlyMap<string, Reading<CodeFact>> => {
  const model = origins.find(({ host, code }) => host === master && code.state === "known") ?? commonest(origins);
  const right = model?.code.state === "known" ? model.code.value : undefined;
  return new Map(
    origins.map(({ host, code }) => [
      host,
      mapReading(code, (own): CodeFact => {
        if (right === undefined || model === undefined || own === right) return { files: own.size };
        const paths = [...new Set([...own.keys(), ...right.keys()])].filter(
          (path) => own.get(path) !== right.get(path),
        );
        if (paths.length === 0) return { files: own.size };
        const names = paths.slice(0, NAMES).map((path) => path.replace(`${docroot}/`, ""));
        return { files: own.size, differs: { from: model.host, count: paths.length, names } };
      }),
    ]),
  );
};

const commonest = (origins: readonly OfHost[]): OfHost | undefined => {
  const known = origins.filter(({ code }) => code.state === "known");
  const alike = Map.groupBy(known, ({ code }) =>
    code.state === "known"
      ? [...code.value]
          .map(([path, sum]) => `${path} ${sum}`)
          .toSorted()
          .join("\n")
      : "",
  );
  return [...alike.values()].toSorted((a, b) => b.length - a.length)[0]?.[0];
};

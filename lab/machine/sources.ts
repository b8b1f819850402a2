import { labError } from "./error.ts";
import { run } from "./exec.ts";
import type { Distribution } from "./preflight.ts";

/** One apt source as the machine has it. */
export interface Source {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
}

/** The machine's own sources, by what they hold: the lab takes its mirror from here and names none itself. */
export interface Sources {
  readonly release: Source;
  readonly newer: readonly { readonly kind: "security" | "updates"; readonly source: Source }[];
}

const FORMAT = "$(REPO_URI)\t$(RELEASE)\t$(COMPONENT)";

const indexTargets = (): Promise<string> =>
  run(["apt-get", "indextargets", "--format", FORMAT, "Created-By: Packages"]);

const parseTargets = (text: string): readonly Source[] => {
  const found = new Map<string, { uri: string; suite: string; components: string[] }>();
  for (const line of text.split("\n")) {
    const [uri, suite, component] = line.split("\t");
    if (uri === undefined || suite === undefined || component === undefined || !/^https?:/.test(uri)) continue;
    const entry = found.get(`${uri} ${suite}`) ?? { uri, suite, components: [] };
    if (!entry.components.includes(component)) entry.components.push(component);
    found.set(`${uri} ${suite}`, entry);
  }
  return [...found.values()];
};

/** Components that hold what the hosts need, and nothing that is not free. */
const usable = (source: Source): Source => ({
  ...source,
  components: source.components.filter((name) => name === "main" || name === "universe"),
});

export const machineSources = async ({ codename }: Distribution): Promise<Sources> => {
  let all = parseTargets(await indexTargets());
  if (!all.some(({ suite }) => suite === codename)) {
    await run(["apt-get", "-q", "update"], { timeoutMs: 300_000 });
    all = parseTargets(await indexTargets());
  }
  const ofSuite = (suite: string) => all.filter((source) => source.suite === suite).map(usable);
  const release = ofSuite(codename)[0];
  if (release === undefined) {
    throw labError(`apt on this machine has no source for ${codename}`, "the base image is built from that source");
  }
  return {
    release,
    newer: (["security", "updates"] as const).flatMap((kind) =>
      ofSuite(`${codename}-${kind}`).map((source) => ({ kind, source })),
    ),
  };
};

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { execa } from "execa";
import { inHost } from "../../../lab/hosts/process.ts";
import { memberView } from "../../../lab/services/galera.ts";
import { HOSTS, webHosts, type LabHost } from "../../../lab/topology.ts";
import { dirs } from "./watch.ts";

/** midwatch as an operator runs it, with a state folder of its own. */
export const openOperator = async () => {
  const folder = await mkdtemp(join(tmpdir(), "midwatch-upgrade-"));
  const start = (...args: readonly string[]) =>
    execa(process.execPath, ["dist/main.js", ...args, "-i", dirs.inventory], {
      reject: false,
      env: { XDG_STATE_HOME: folder },
      stdin: "ignore",
      timeout: 3_600_000,
    });
  return {
    start,
    upgrade: (...args: readonly string[]) =>
      start(
        "run",
        "upgrade",
        "--yes",
        "--reason",
        "a test",
        "--set",
        "settle=5s",
        "--set",
        "wait=6s",
        "--at-deadline",
        "maint",
        ...args,
      ),
    resume: () => start("journal", "resume", "--reason", "a test", "--at-deadline", "maint"),
    undo: () => start("journal", "undo", "--reason", "a test"),
    journal: () => start("journal"),
    report: async (): Promise<string> => {
      const at = join(folder, "midwatch", "lab", "reports");
      const names = (await readdir(at)).toSorted();
      return readFile(join(at, names.at(-1) ?? ""), "utf8");
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
};

export type Operator = Awaited<ReturnType<typeof openOperator>>;

/** dpkg waits for the disk after every file; that of a test machine is shared by all hosts. */
export const letDpkgHurry = async (): Promise<void> => {
  await Promise.all(HOSTS.map((host) => inHost(host, "echo force-unsafe-io > /etc/dpkg/dpkg.cfg.d/hurry")));
};

export const versions = async (
  host: LabHost,
  ...names: readonly string[]
): Promise<Readonly<Record<string, string>>> => {
  const stdout = await inHost(host, `dpkg-query -W -f '\${Package} \${Version}\\n' ${names.join(" ")}`);
  return Object.fromEntries(
    stdout.split("\n").flatMap((line): [string, string][] => {
      const [name = "", version = ""] = line.split(" ");
      return name === "" ? [] : [[name, version]];
    }),
  );
};

/** Looks at every member by hand, again and again: how many were Primary at the worst moment. */
export const watchQuorum = (): {
  readonly close: () => Promise<{ readonly looks: number; readonly fewest: number }>;
} => {
  const closing = new AbortController();
  let looks = 0;
  let fewest = webHosts.length;
  const going = (async () => {
    while (!closing.signal.aborted) {
      const views = await Promise.all(webHosts.map((host) => memberView(host)));
      const primary = views.filter((view) => view?.["wsrep_cluster_status"] === "Primary").length;
      looks += 1;
      fewest = Math.min(fewest, primary);
      await pause(3_000);
    }
  })();
  return {
    close: async () => {
      closing.abort();
      await going;
      return { looks, fewest };
    },
  };
};

import { notParsed, parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { cleanLine } from "../../connect/clean.ts";
import { firstLine, shortText, wholeNumber } from "../text.ts";

/** How a job stands. `absent`: never started, cleared, or forgotten by a reboot, which only a look at its effect tells apart. */
export type JobState =
  | { readonly state: "absent" }
  | { readonly state: "running" }
  | { readonly state: "ended-well" }
  | {
      readonly state: "failed";
      /** systemd's word: `exit-code`, `signal`, `oom-kill` … */
      readonly result: string;
      /** The exit code, or the number of the signal. */
      readonly status: number;
    };

/** `systemctl show -p …`: KEY=VALUE lines; a unit that does not exist is answered like any other (LoadState=not-found). */
export const parseJobState = (reply: HostReply): Parsed<JobState> => {
  if (reply.exitCode !== 0)
    return notParsed("failed", firstLine(reply.stderr, `systemctl ended with ${reply.exitCode}`));
  const said = new Map(
    reply.stdout.split("\n").flatMap((line): readonly (readonly [string, string])[] => {
      const at = line.indexOf("=");
      return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1).trim()]];
    }),
  );
  const load = said.get("LoadState");
  const active = said.get("ActiveState");
  if (load === undefined || active === undefined) return unreadable("systemctl show names no LoadState or ActiveState");
  if (load === "not-found") return parsed({ state: "absent" });
  switch (active) {
    case "active":
      // It stays after its end (RemainAfterExit), so that its end can still be seen.
      return parsed({ state: said.get("SubState") === "exited" ? "ended-well" : "running" });
    case "activating":
    case "deactivating":
    case "reloading":
      return parsed({ state: "running" });
    case "failed": {
      const status = wholeNumber(said.get("ExecMainStatus"));
      const result = said.get("Result");
      if (status === undefined || result === undefined)
        return unreadable("systemctl show does not say how the job failed");
      return parsed({ state: "failed", result: shortText(result, 40), status });
    }
    case "inactive":
      return parsed({ state: "absent" });
    default:
      return unreadable(`systemctl show says ActiveState=${shortText(active, 40)}`);
  }
};

/** `journalctl -o cat`: the last lines, oldest first; each harmless and of bounded length. */
export const parseJobLines = (reply: HostReply): Parsed<readonly string[]> => {
  if (reply.exitCode !== 0)
    return notParsed("failed", firstLine(reply.stderr, `journalctl ended with ${reply.exitCode}`));
  return parsed(
    reply.stdout
      .split("\n")
      .map((line) => cleanLine(line).trimEnd().slice(0, 300))
      .filter((line) => line !== "" && line !== "-- No entries --"),
  );
};

/** `systemd-run`: a unit of that name that is there already is the job, begun before. */
export const parseJobStart = (reply: HostReply): Parsed<"started" | "there already"> => {
  if (reply.exitCode === 0) return parsed("started");
  if (/already (exists|loaded|has a fragment)|was already loaded/i.test(reply.stderr)) return parsed("there already");
  return notParsed("failed", firstLine(reply.stderr, `systemd-run ended with ${reply.exitCode}`));
};

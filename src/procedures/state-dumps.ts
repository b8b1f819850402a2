import { z } from "zod";
import { ask } from "../connect/command.ts";
import { dumpStates } from "../systems/haproxy/changes.ts";
import { dumpedStates, stateFile } from "../systems/haproxy/commands.ts";
import { isThere } from "../systems/host/files.ts";
import { lookingGate } from "./looking-gate.ts";
import { adminAt, type Place } from "./places.ts";
import type { Action, Gate, Reads } from "./procedure.ts";
import { readOnce } from "./read-once.ts";
import type { View } from "./view.ts";

/** Where a load balancer's server states are written down, so that a reload keeps them. */
export interface Dump {
  readonly loadBalancer: string;
  readonly socket: string;
  readonly path: string;
}

const dumpsSchema = z.array(z.object({ loadBalancer: z.string(), socket: z.string(), path: z.string() }));

export const dumpsText = (dumps: readonly Dump[]): string => JSON.stringify(dumps);

/** None where a journal says nothing of it: an older midwatch knew no dumps. */
export const readDumps = (text: string | undefined): readonly Dump[] | undefined => {
  if (text === undefined) return [];
  try {
    return dumpsSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

interface Dumps {
  readonly dumps: readonly Dump[];
  /** Where a reload undoes what is sent, and why. */
  readonly warnings: readonly string[];
}

/** The load balancers of these places whose states can be written down where their configuration reads them. */
export const findDumps = async (places: readonly Place[], { cluster }: View, reads: Reads): Promise<Dumps> => {
  const balancers = (cluster.haproxy?.loadBalancers ?? []).filter(({ host }) =>
    places.some(({ loadBalancer }) => loadBalancer === host),
  );
  const found = await Promise.all(
    balancers.map(async ({ host, via }) => {
      const forgets = (why: string) => ({ warning: `a reload of HAProxy on ${host} undoes this: ${why}` });
      if (via.kind !== "socket") return forgets("its states can be written down by its unix socket alone");
      const [conf, perl] = await Promise.all([
        readOnce(reads, host, stateFile, undefined),
        readOnce(reads, host, isThere, { path: "/usr/bin/perl" }),
      ]);
      if (!conf.ok)
        return forgets(`whether its configuration loads a server-state-file is not known (${conf.problem})`);
      const { file, loads, path } = conf.value;
      if (!file || !loads) return forgets("its configuration loads no server-state-file");
      if (path === undefined) return forgets("it is not clear which server-state-file its configuration loads");
      if (!perl.ok || !perl.value) return forgets("there is no /usr/bin/perl to write its states down with");
      return { dump: { loadBalancer: host, socket: via.path, path } };
    }),
  );
  return {
    dumps: found.flatMap((each) => ("dump" in each ? [each.dump] : [])),
    warnings: found.flatMap((each) => ("warning" in each ? [each.warning] : [])),
  };
};

/** Writes them down unless the file says of these places what is so. Taken back last, when they are as they were. */
export const dumpActions = (dumps: readonly Dump[], places: readonly Place[]): readonly Action[] =>
  dumps.map((dump) => ({
    id: `dump the states of ${dump.loadBalancer}`,
    target: dump.loadBalancer,
    ask: ask(dumpStates, dump),
    undo: ask(dumpStates, dump),
    undoLast: true,
    already: async (view, reads) => {
      const says = await fileSays(dump, places, view, reads);
      return says === "alike" ? true : says === "other" ? false : undefined;
    },
  }));

type Says = "alike" | "other" | "unknown";

const fileSays = async (dump: Dump, places: readonly Place[], view: View, reads: Reads): Promise<Says> => {
  const read = await readOnce(reads, dump.loadBalancer, dumpedStates, { path: dump.path });
  if (!read.ok) return "other";
  let says: Says = "alike";
  for (const place of places.filter(({ loadBalancer }) => loadBalancer === dump.loadBalancer)) {
    const admin = adminAt(place, view);
    if (admin.state === "unknown") says = "unknown";
    else if (read.value.get(`${place.proxy}/${place.server}`)?.bits !== admin.value.bits) return "other";
  }
  return says;
};

/** What a reload would take up is what is. */
export const reloadKeeps = (dumps: readonly Dump[], places: readonly Place[]): Gate =>
  lookingGate({
    id: "reload-keeps",
    wanted: "a reload of HAProxy keeps this",
    deadlineMs: 15_000,
    look: async (reads, view) => {
      const says = await Promise.all(
        dumps.map(async (dump) => ({ dump, says: await fileSays(dump, places, view, reads) })),
      );
      const names = (wanted: Says) => says.filter((each) => each.says === wanted).map(({ dump }) => dump.loadBalancer);
      if (names("other").length > 0)
        return { state: "waiting", value: `not written down on ${names("other").join(", ")}` };
      if (names("unknown").length > 0)
        return { state: "unknown", value: `not known on ${names("unknown").join(", ")}` };
      return { state: "open", value: dumps.map(({ loadBalancer, path }) => `${path} on ${loadBalancer}`).join(", ") };
    },
  });

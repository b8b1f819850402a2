import { ask, parsed, type Parsed } from "../connect/command.ts";
import { reloadUnit, restartUnit, unitStates } from "../systems/host/units.ts";
import type { UnitState } from "../systems/unit.ts";
import { lookingGate } from "./looking-gate.ts";
import type { Action, Gate, GateValue, Reads } from "./procedure.ts";
import { readOnce } from "./read-once.ts";

/** A service on a host, and its last change of state when the procedure was planned, by the host's clock. */
export interface UnitOnHost {
  readonly host: string;
  readonly unit: string;
  readonly sinceMs: number | undefined;
}

/** The units of a host that systemd knows. */
export const loadedUnits = async (
  reads: Reads,
  host: string,
  units: readonly string[],
): Promise<Parsed<readonly UnitState[]>> => {
  const states = await readOnce(reads, host, unitStates, { units });
  return states.ok ? parsed(states.value.filter(({ loaded }) => loaded)) : states;
};

const stateOf = async ({ host, unit }: UnitOnHost, reads: Reads): Promise<UnitState | undefined> => {
  const states = await loadedUnits(reads, host, [unit]);
  return states.ok ? states.value[0] : undefined;
};

/**
 * A restart is one when the unit runs, or is about to, and not since the time it had when this was planned. One that is
 * still starting is left to it: a second restart would cut off a state transfer and begin it anew.
 */
export const restart = (of: UnitOnHost): Action => ({
  id: `restart ${of.unit} on ${of.host}`,
  target: of.host,
  ask: ask(restartUnit, { unit: of.unit }),
  onlyKnown: true,
  already: async (_view, reads) => {
    const state = await stateOf(of, reads);
    return state === undefined ? undefined : UNDER_WAY.has(state.active) && state.sinceMs !== of.sinceMs;
  },
});

const UNDER_WAY: ReadonlySet<string> = new Set(["active", "activating", "deactivating"]);

/** Harmless when it is done twice, so it is. */
export const reload = ({ host, unit }: UnitOnHost): Action => ({
  id: `reload ${unit} on ${host}`,
  target: host,
  ask: ask(reloadUnit, { unit }),
  already: () => false,
});

/** Somebody else may have restarted it since this was planned: then what was planned may be done already. */
export const asPlanned = (of: UnitOnHost): Gate =>
  lookingGate({
    id: "as-planned",
    wanted: `${of.unit} is as it was when this was planned`,
    deadlineMs: 20_000,
    look: async (reads) =>
      judged(of, reads, (state) =>
        state.sinceMs === of.sinceMs
          ? { state: "open", value: wordsOf(state) }
          : { state: "closed", value: `it is ${wordsOf(state)} since then; plan again` },
      ),
  });

interface Runs {
  /** It must not be the same run as when this was planned. */
  readonly restarted: boolean;
  readonly deadlineMs: number;
}

/** A service that systemd has started so often does not come by waiting: a member may give up once when its donor leaves. */
const RESTARTS = 3;

/** One that has failed, or fails over and over, does not come by waiting. */
export const unitRuns = (of: UnitOnHost, { restarted, deadlineMs }: Runs): Gate =>
  lookingGate({
    id: `runs ${of.unit}`,
    wanted: restarted ? `${of.unit} runs again` : `${of.unit} runs`,
    deadlineMs,
    look: async (reads) =>
      judged(of, reads, (state) => {
        const output = state.says === "" ? {} : { output: [state.says] };
        const isNew = !restarted || state.sinceMs !== of.sinceMs;
        if (state.active === "active" && isNew) return { state: "open", value: wordsOf(state), ...output };
        // A unit that had failed before says so until systemd begins.
        if (state.active === "failed" && isNew)
          return { state: "closed", value: `failed: ${state.result}; see journalctl -u ${of.unit}`, ...output };
        // Between two starts the result is that of neither.
        const { restarts = 0, result } = state;
        if (isNew && restarts >= RESTARTS)
          return {
            state: "closed",
            value: `it does not stay up: systemd has started it ${restarts} times again${result === "success" ? "" : `, it ends by ${result}`}; see journalctl -u ${of.unit}`,
            ...output,
          };
        return { state: "waiting", value: wordsOf(state), ...output };
      }),
  });

const judged = async (
  { host, unit }: UnitOnHost,
  reads: Reads,
  judge: (state: UnitState) => GateValue,
): Promise<GateValue> => {
  const states = await readOnce(reads, host, unitStates, { units: [unit] });
  if (!states.ok) return { state: "unknown", value: states.problem };
  const [state] = states.value;
  if (state === undefined) return { state: "unknown", value: `systemd did not tell of ${unit}` };
  return state.loaded ? judge(state) : { state: "closed", value: `systemd knows no ${unit}` };
};

const wordsOf = ({ active, sub }: UnitState): string => `${active} (${sub})`;

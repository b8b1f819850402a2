import type { Known } from "../../connect/sample.ts";
import { count, percent } from "../format.ts";
import { probeKey } from "../probe.ts";
import type { Reason } from "../reason.ts";
import { settingsCommand, unitCommand, viewCommand } from "./commands.ts";
import type { Member } from "./member.ts";
import type { MemberView } from "./parse-view.ts";
import { untilSynced } from "./until-synced.ts";

/** What stands in the way as far as one member goes; nothing when it is in and well. `own`: of the host in question. */
export const memberReasons = (
  member: Member,
  own: boolean,
  history: readonly Known<MemberView>[],
): readonly Reason[] => {
  const { host, presence, view } = member;
  const evidence = [viewCommand, unitCommand, settingsCommand].map(({ id }) => probeKey(id, host));
  const whose = own ? "its member" : `${host}'s member`;
  if (presence.state === "unknown")
    return [{ stance: "unknown", text: `${whose} is not known: ${presence.detail}`, evidence }];
  switch (presence.value) {
    case "answers":
      break;
    case "running": {
      const why = view.state === "unknown" ? view.detail : "its view did not come";
      return [{ stance: "unknown", text: `${whose} runs and its view is not known: ${why}`, evidence }];
    }
    case "starting":
      return [{ stance: "wait", text: `until ${whose} has started and is Synced`, evidence }];
    case "stopping":
    case "stopped":
    case "failed":
    case "silent":
    case "refusing": {
      const how = HOW[presence.value];
      // Where its own member is away nothing more of the database is lost; but whoever takes it should know, and it must come back first.
      return own
        ? [{ stance: "wait", text: `until its member is back: it ${how}`, evidence }]
        : [{ stance: "no", text: `${whose} ${how}: no other can be spared`, evidence }];
    }
  }
  if (view.state === "unknown") return [{ stance: "unknown", text: `${whose} is not known: ${view.detail}`, evidence }];
  const reason = ofView(view.value, whose, own, history);
  return reason === undefined ? [] : [{ ...reason, evidence }];
};

const HOW = {
  stopping: "is being stopped",
  stopped: "is stopped",
  failed: "has failed",
  silent: "runs and does not answer",
  refusing: "refuses connections",
} as const;

const ofView = (
  view: MemberView,
  whose: string,
  own: boolean,
  history: readonly Known<MemberView>[],
): Omit<Reason, "evidence"> | undefined => {
  const away = awayWords(view);
  if (away !== undefined)
    return own
      ? { stance: "wait", text: `until its member is back: it ${away}` }
      : { stance: "no", text: `${whose} ${away}: no other can be spared` };
  if (view.state !== 4) return { stance: "wait", text: `until ${whose} ${catchesUp(view)}`, ...untilSynced(history) };
  if (own) return undefined;
  if (view.desync) return { stance: "wait", text: `until ${whose} is back in flow control (wsrep_desync is ON)` };
  if (view.rejectsQueries) return { stance: "no", text: `${whose} rejects queries: it cannot take over` };
  if (view.maintMode !== undefined && view.maintMode !== "DISABLED")
    return { stance: "wait", text: `until ${whose} is out of pxc_maint_mode ${view.maintMode}` };
  return undefined;
};

const awayWords = (view: MemberView): string | undefined => {
  if (!view.wsrepOn) return "runs without Galera";
  if (!view.primary) return "is outside the Primary component";
  if (!view.connected) return "is not connected to the cluster";
  if (view.state === 4 && !view.ready) return "is not ready";
  return undefined;
};

const catchesUp = ({ state, stateComment, desync, ist, recvQueue }: MemberView): string => {
  const queue = recvQueue > 0 ? `, ${count(recvQueue)} write-sets waiting` : "";
  const progress = ist === undefined ? "" : `, IST ${percent(ist.share)}`;
  switch (state) {
    case 2:
      return desync
        ? `is no longer desynced (${stateComment}${queue})`
        : `has sent its state transfer or ended its backup (${stateComment}${queue})`;
    default:
      return `is Synced (now ${stateComment}${progress}${queue})`;
  }
};

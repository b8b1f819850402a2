import { createStore } from "zustand/vanilla";
import { procedures } from "../../procedures/registry.ts";
import { journaledKind } from "../../procedures/user/kind.ts";
import type { Standing } from "../../record/replay.ts";
import { atWords } from "../clock.ts";
import type { Asking } from "../prompts.ts";
import { createAllowing, GIVEN_UP } from "./allowing.ts";
import { withOthers, withoutRun, withoutUnlocked, type ActState, type Actor, type Front } from "./contract.ts";
import { askOverride, askReason, askToBegin } from "./begin.ts";
import type { Hand, OperatorHand, Others } from "./hand.ts";
import {
  lateQuestion,
  leaveQuestion,
  noPlanQuestion,
  onlyThereQuestion,
  refusalQuestion,
  skipQuestion,
  takeBackQuestion,
  type Decision,
} from "./questions.ts";
import { askPlan } from "./options.ts";
import { isLeftOpen, newRun, type Run, type RunEnd } from "./run.ts";
import { othersWords, stoppedAt, unfinishedQuestion, waitsWords, type UnfinishedAsked } from "./unfinished.ts";
import { watchOthers } from "./others.ts";
import { createUnlocking } from "./unlocking.ts";
import { startWalk, type Order, type Walk } from "./walk.ts";

const LOOKING = "looking for unfinished work";
const UNSEEN =
  "its commands came with the note beside the cluster's lock, and no file here has them: put its file into procedures/ beside the inventory, or, on the command line, midwatch journal resume shows them and asks";
const STILL_WAITS = "it still waits for you: nothing was sent";

export const createActor = (hand: Hand, { ask }: Pick<Asking, "ask">): Actor => {
  const store = createStore<ActState>(() => ({ left: [], ...(hand.role === "viewer" ? { refusal: hand.why } : {}) }));
  let front: Front | undefined;
  let walk: Walk | undefined;
  /** What a key has begun and not ended, as it stands between two questions. */
  let doing: string | undefined;

  const set = (change: (state: ActState) => ActState): void => store.setState(change, true);
  const changeRun = (change: (run: Run) => Run): void =>
    set((state) => (state.run === undefined ? state : { ...state, run: change(state.run) }));
  const isUnderWay = (): boolean => {
    const { run } = store.getState();
    return run !== undefined && run.phase !== "ended";
  };
  const trouble = (error: unknown): void =>
    front?.say(`the audit cannot be written: ${error instanceof Error ? error.message : String(error)}`, "critical");

  const unlocking =
    hand.role === "viewer"
      ? undefined
      : createUnlocking({
          hand,
          changed: (unlocked) =>
            set((state) => (unlocked === undefined ? withoutUnlocked(state) : { ...state, unlocked })),
          nearlyOver: () => {
            if (isUnderWay()) walk?.stop("the console locked itself: nobody was there for 30 minutes");
          },
          failed: trouble,
        });

  const allowing =
    hand.role === "viewer" || unlocking === undefined
      ? undefined
      : createAllowing({ ask, unlocking, operator: hand.operator, say: (text, tone) => front?.say(text, tone) });

  /** One thing at a time: what asks the operator is not begun again while it does, and says what it is at. */
  const once = async (shown: Front, what: string, work: (operator: OperatorHand) => Promise<void>): Promise<void> => {
    front = shown;
    if (hand.role === "viewer") return;
    if (doing !== undefined) {
      shown.say(`one moment: still ${doing}`, "warning");
      return;
    }
    doing = what;
    try {
      await work(hand);
    } catch (error) {
      shown.say(error instanceof Error ? error.message : String(error), "critical");
    } finally {
      doing = undefined;
    }
  };

  const start = (operator: OperatorHand, order: Order): void => {
    set((state) => ({ ...withOthers(state, undefined), run: newRun(order.procedure, order.from) }));
    const begun = startWalk(operator, order, { change: changeRun, touch: () => unlocking?.touch() });
    walk = begun;
    front?.showWalk(true);
    void whenEnded(operator, begun);
  };

  const whenEnded = async (operator: OperatorHand, begun: Walk): Promise<void> => {
    const end = await begun.ended;
    unlocking?.touch();
    await findLeft(operator);
    await afterRefusal(operator, begun, end);
  };

  /** Somebody else has the cluster's lock, or nobody can be asked for it: what then? */
  const afterRefusal = async (operator: OperatorHand, { order }: Walk, end: RunEnd): Promise<void> => {
    if (end.state !== "refused") return;
    const isHeld = end.lock !== "unreachable";
    const answer = await ask(refusalQuestion(order.procedure.title, end));
    const why =
      answer === "go-on" ? await askReason(ask, order.procedure.title, ["Why? It goes to the audit."]) : undefined;
    if (why === undefined) {
      putAway();
      front?.say(GIVEN_UP);
      return;
    }
    start(operator, { ...order, ...(isHeld ? { takeOver: why } : { withoutLock: why }) });
  };

  const putAway = (): void => {
    walk = undefined;
    set(withoutRun);
    front?.showWalk(false);
  };

  /** After the end: what is left open is asked about. */
  const putAwayOrGoOn = async (operator: OperatorHand, run: Run): Promise<void> => {
    const [left] = isLeftOpen(run) ? await findLeft(operator) : [];
    putAway();
    if (left !== undefined) await goOnWith(operator, left);
  };

  const findLeft = async (operator: OperatorHand): Promise<readonly Standing[]> => {
    const left = await operator.unfinished();
    set((state) => ({ ...state, left }));
    return left;
  };

  const goOnWith = async (operator: OperatorHand, standing: Standing, asked: UnfinishedAsked = {}): Promise<void> => {
    const { others } = asked;
    const { id, procedure: name, subject, params } = standing.opened;
    const kind = operator.kinds.find((each) => each.name === name) ?? journaledKind(params);
    const { sight } = operator;
    const planned =
      kind === undefined
        ? ({ ok: false, why: `this midwatch has no procedure "${name}"` } as const)
        : (await operator.isUnseen(standing))
          ? ({ ok: false, why: UNSEEN } as const)
          : await kind.replan({ subject, params, view: sight.view(0), reads: sight });
    const procedure = planned.ok ? planned.procedure : undefined;
    const answer = await ask(unfinishedQuestion(standing, procedure, planned.ok ? "" : planned.why, Date.now(), asked));
    if (answer === undefined || answer === "look") {
      front?.say("nothing was sent: it is as it was");
      return;
    }
    const open = await allowing?.allowed(`${answer} the ${name} of ${subject}`);
    if (open === undefined) return;
    if (answer === "leave") {
      const kept = await operator.leave(standing, open.reason, open.grant);
      await findLeft(operator);
      if (kept === undefined) front?.say(`left as it is: ${stoppedAt(standing)}`);
      else front?.say(`left; its note on the cluster stays and keeps others out: ${kept}`, "warning");
    } else if (procedure !== undefined) {
      const how = answer === "undo" ? "undo" : "resume";
      const takeOver =
        others === undefined ? undefined : await askReason(ask, "take over", ["Why? It goes to the audit of both."]);
      if (others !== undefined && takeOver === undefined) {
        front?.say(GIVEN_UP);
        return;
      }
      start(operator, {
        procedure,
        begin: { id, how },
        from: standing,
        ...open,
        agreed: new Map(),
        ...(takeOver === undefined ? {} : { takeOver }),
      });
    }
  };

  const stopped = async (why: string): Promise<void> => {
    if (!isUnderWay()) return;
    walk?.stop(why);
    await walk?.ended;
  };

  const decide = async (run: Run, asks: Decision): Promise<void> => {
    const { step, gate, now } = asks;
    if (asks.kind === "override") {
      const why = await askOverride(ask, run.procedure.title, gate, now.value);
      if (why === undefined) front?.say(STILL_WAITS);
      else walk?.override(why);
      return;
    }
    const answer = await ask(lateQuestion(asks));
    const choice = step.late?.find(({ id }) => id === answer);
    if (choice === undefined) front?.say(STILL_WAITS);
    else walk?.decide(choice);
  };

  const askAbout = async (operator: OperatorHand, others: Others): Promise<void> => {
    if (others.standing !== undefined) await goOnWith(operator, others.standing, { others });
    else await ask(onlyThereQuestion(othersWords(others, (ms) => atWords(ms, Date.now()))));
  };

  const others = watchOthers(hand, (found) => {
    if (!isUnderWay()) set((state) => withOthers(state, found));
  });

  return {
    store,
    kinds: hand.role === "operator" ? hand.kinds : procedures,
    opened: async (shown) => {
      const elsewhere = others.look();
      if (hand.role === "viewer") return;
      // What others left is known when the first host has answered: no key waits for that.
      const left = await findLeft(hand).catch((error: unknown) => {
        shown.say(error instanceof Error ? error.message : String(error), "critical");
        return [];
      });
      const [first] = left;
      const found = first === undefined ? await elsewhere : undefined;
      // A key was quicker: then it stands in the line, and nothing is begun before it is gone into.
      if (doing !== undefined || store.getState().run !== undefined) return;
      await once(shown, LOOKING, async (operator) => {
        if (first !== undefined) await goOnWith(operator, first);
        else if (found !== undefined && found.holder === undefined) await askAbout(operator, found);
      });
    },
    refused: (what, why) => void hand.audit({ what: "refused", detail: `${what}: ${why}` }, "").catch(trouble),
    toggleLock: (shown) =>
      once(shown, "writing to the audit", async () => {
        if (isUnderWay()) shown.say("a procedure is under way: it needs the console unlocked", "warning");
        else if (unlocking?.now() === undefined) await allowing?.unlock("nothing is begun: it only unlocks");
        else await unlocking.lock("by hand");
      }),
    begin: (shown, kind, subject) =>
      once(shown, LOOKING, async (operator) => {
        if (isUnderWay()) {
          shown.showWalk(true);
          shown.say("this one is under way: one procedure at a time", "warning");
          return;
        }
        const what = `${kind.name} of ${subject}`;
        const never = kind.whyNever?.(subject, operator.sight.view(0));
        if (never !== undefined) {
          await operator.audit({ what: "refused", detail: `${what}: ${never}` }, "");
          await ask(noPlanQuestion(`${kind.title}: ${subject}`, never, false));
          return;
        }
        const [left] = await findLeft(operator);
        if (left !== undefined) {
          await goOnWith(operator, left, { waits: waitsWords(what, shown.keysOf(`run.${kind.name}`), shown.keysOf) });
          return;
        }
        const open = await allowing?.allowed(what);
        if (open === undefined) return;
        const procedure = await askPlan(ask, operator, kind, subject);
        const agreement =
          procedure === undefined
            ? undefined
            : await askToBegin(ask, operator, procedure, `Begin ${procedure.title}`, open.reason);
        if (procedure === undefined || agreement === undefined) {
          shown.say(GIVEN_UP);
          return;
        }
        allowing?.remember(agreement.reason);
        unlocking?.touch();
        start(operator, { procedure, begin: "new", grant: open.grant, ...agreement });
      }),
    shell: (shown, host) =>
      once(shown, `opening a shell on ${host}`, async (operator) => {
        const open = await allowing?.allowed(`a shell on ${host}`);
        if (open === undefined) return;
        let end = "";
        await shown.lend(async () => {
          end = await operator.shell(host, open.grant, open.reason);
        });
        unlocking?.touch();
        shown.say(end);
      }),
    show: async (shown) => {
      if (store.getState().run !== undefined) shown.showWalk(true);
      else
        await once(shown, LOOKING, async (operator) => {
          const [first] = await findLeft(operator);
          const elsewhere = first === undefined ? await others.look() : undefined;
          if (first !== undefined) await goOnWith(operator, first);
          else if (elsewhere !== undefined) await askAbout(operator, elsewhere);
          else shown.say("nothing is under way, and nothing is unfinished");
        });
    },
    proceed: (shown) =>
      once(shown, LOOKING, async (operator) => {
        const { run } = store.getState();
        if (run?.asks?.kind === "next") walk?.proceed();
        else if (run?.asks !== undefined) await decide(run, run.asks);
        else if (run?.phase === "ended") await putAwayOrGoOn(operator, run);
      }),
    report: (shown) =>
      once(shown, "reading the report", async (operator) => {
        const end = store.getState().run?.end;
        if (end?.state !== "ran") return;
        shown.showReport(end.report, (await operator.readReport(end.report)).trimEnd().split("\n"));
      }),
    setPace: (pace) => walk?.setPace(pace),
    stop: () => walk?.stop("stopped on request"),
    undo: async (shown) => {
      const { run } = store.getState();
      if (run?.phase === "ended") await once(shown, LOOKING, (operator) => putAwayOrGoOn(operator, run));
      else if (run !== undefined) {
        if ((await ask(takeBackQuestion(run))) === "undo") walk?.undo("the operator asked for it");
        else shown.say("it goes on as it is");
      }
    },
    skip: async () => {
      const asks = store.getState().run?.asks;
      if (asks?.kind !== "next") return;
      const typed = await ask(skipQuestion(asks.step));
      if (typed?.trim() === "skip") walk?.skip();
      else front?.say("skip was not typed: nothing is left out");
    },
    mayLeave: async (shown) => {
      if (!isUnderWay()) return true;
      const answer = await ask(leaveQuestion(store.getState().run));
      if (answer !== "leave") {
        shown.say("it goes on as it is");
        return false;
      }
      shown.say("stopping at the next safe point; then midwatch quits", "warning");
      await stopped("the console was closed");
      return true;
    },
    isUnderWay,
    stopped,
    close: async (withinMs) => {
      await within(stopped("the console was closed"), withinMs);
      others.close();
      await unlocking?.close();
    },
  };
};

const within = async (work: Promise<unknown> | undefined, ms: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
};

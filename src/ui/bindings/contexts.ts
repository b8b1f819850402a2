import { TEXT_CONTEXTS, VIEW_CONTEXTS, type Context } from "../scene.ts";

/** Lists whose rows rest on answers. */
export const ANSWERED: readonly Context[] = ["overview", "pane", "findings", "host"];
export const LISTS: readonly Context[] = [...ANSWERED, "timeline"];
export const TEXTS: readonly Context[] = ["evidence", "report", "help"];
export const PANES: readonly Context[] = ["overview", "pane"];
/** Where `p` and `s` mean the watch and the demo; the walkthrough has its own. */
export const ASIDE: readonly Context[] = VIEW_CONTEXTS.filter((context) => context !== "walk");
export const ANYWHERE: readonly Context[] = [...VIEW_CONTEXTS, ...TEXT_CONTEXTS, "choice"];

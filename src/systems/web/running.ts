import type { UnitState } from "../unit.ts";

/** Serving, also while it takes up a new configuration. */
export const isRunning = ({ active }: UnitState): boolean => active === "active" || active === "reloading";

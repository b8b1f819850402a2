import { useEffect, type ReactNode } from "react";
import { listLines } from "../draw/pane.ts";
import type { Row } from "../../systems/pane.ts";
import { neverAsked } from "../age.ts";
import { settleCursor } from "../moves.ts";
import type { Item } from "../rows.ts";
import { rowKeys } from "../scene.ts";
import { usePicture, useSession, useShell, useUi } from "../shell.ts";
import { cursorIndex } from "../state.ts";
import { Block } from "./block.tsx";

interface ListProps {
  /** Whose cursor and widths. */
  readonly name: string;
  readonly scroll: string;
  readonly items: readonly Item[];
  readonly width: number;
  readonly height: number;
  /** The keys go here. */
  readonly focused: boolean;
}

/** The part of a list that is in sight; however long the list is, only that part is drawn. */
export const List = ({ name, scroll, items, width, height, focused }: ListProps): ReactNode => {
  const { theme, ui, widths, clock } = useShell();
  const { watch } = useSession();
  const stored = useUi((state) => state.cursors[name]);
  const top = useUi((state) => state.tops[scroll] ?? 0);
  // While first answers come in the worst row rises to the top; from then on the cursor stays with its row.
  const isStarting = usePicture(({ systems }) => systems.some(({ pending }) => pending));
  const settled = stored !== undefined || items.length === 0 || !focused || isStarting;
  useEffect(() => {
    if (!settled) ui.setState((state) => settleCursor(state, { cursor: name, scroll, items, height }), true);
  }, [settled, ui, name, scroll, items, height]);
  const keys = rowKeys(items);
  const cursor = focused ? keys[cursorIndex(stored, keys)] : undefined;
  const isPending = ({ evidence: [key] }: Row): boolean => key !== undefined && neverAsked(watch.evidence(key));
  const list = { items, height, width, top, cursor, name: scroll, isPending };
  return (
    <Block lines={listLines(list, theme, { widths, nowMs: clock.getState().nowMs })} width={width} height={height} />
  );
};

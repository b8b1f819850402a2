import { memo, type ReactNode } from "react";
import { walkLines } from "../draw/walk.ts";
import { firstKey } from "../keymap.ts";
import { bodyRows } from "../layout.ts";
import { useAct, useNow, usePicture, useShell, useSize } from "../shell.ts";
import { Block } from "./block.tsx";

/** The procedure of this console, step by step. */
export const WalkView = memo((): ReactNode => {
  const { theme, keymap } = useShell();
  const size = useSize();
  const nowMs = useNow();
  const run = useAct((act) => act.run);
  const picture = usePicture((whole) => whole);
  const keyOf = (action: string): string => firstKey(keymap, action, theme.ascii) ?? `:${action}`;
  const keys = {
    proceed: keyOf("proceed"),
    auto: keyOf("auto"),
    stop: keyOf("stopHere"),
    back: keyOf("back"),
    report: keyOf("report"),
  };
  const { columns } = size;
  const rows = bodyRows(size);
  const lines = run === undefined ? [] : walkLines(run, picture, { columns, rows }, nowMs, theme, keys);
  return <Block lines={lines} width={columns} height={rows} />;
});
WalkView.displayName = "WalkView";

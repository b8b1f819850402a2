import { Box } from "ink";
import { memo, type ReactNode } from "react";
import { ruleLine } from "../draw/pane.ts";
import { bodyRows } from "../layout.ts";
import type { Line } from "../line.ts";
import { useNow, usePicture, useShell, useSize, useUi } from "../shell.ts";
import { textInSight } from "../text-in-sight.ts";
import { Block } from "./block.tsx";

/** Evidence or help: lines to scroll through. */
export const TextView = memo((): ReactNode => {
  const shell = useShell();
  const size = useSize();
  const ui = useUi((state) => state);
  // Both follow the clock and the picture: ages move, and new answers come in.
  useNow();
  usePicture((picture) => picture.nowMs);
  const text = textInSight(shell);
  const height = bodyRows(size) - 1;
  const top = Math.max(0, Math.min(ui.tops[text.scroll] ?? 0, text.lines.length - height));
  const lines: readonly Line[] = text.lines.slice(top, top + height);
  const right = text.lines.length <= height ? "" : `${top + 1}-${top + lines.length} of ${text.lines.length}`;
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Block
        lines={[ruleLine({ title: text.title, focused: true, right }, size.columns, shell.theme)]}
        width={size.columns}
        height={1}
      />
      <Block lines={lines} width={size.columns} height={height} />
    </Box>
  );
});
TextView.displayName = "TextView";

import { Box } from "ink";
import { memo, type ReactNode } from "react";
import { listLines } from "../draw/pane.ts";
import { HOSTS, hostsFrom, verdictsTable } from "../hosts.ts";
import { bodyRows } from "../layout.ts";
import { piece, type Line } from "../line.ts";
import { itemsOf } from "../rows.ts";
import { rowKeys } from "../scene.ts";
import { usePicture, useShell, useSize } from "../shell.ts";
import { Block } from "./block.tsx";

/** For a wall or an idle pane: below the headline nothing but the verdicts, the worst host first. */
export const QuietView = memo((): ReactNode => {
  const { theme, widths, clock } = useShell();
  const size = useSize();
  const picture = usePicture((whole) => whole);
  const system = picture.systems.find(({ id }) => id === HOSTS);
  const items = system === undefined ? [] : itemsOf([verdictsTable(hostsFrom(picture), system)], "");
  const height = bodyRows(size) - 1;
  const more = rowKeys(items).length - (height - 1);
  const list = {
    items,
    height: more > 0 ? height - 1 : height,
    width: size.columns,
    top: 0,
    cursor: undefined,
    name: "quiet",
    isPending: () => false,
  };
  const lines: readonly Line[] = [
    ...listLines(list, theme, { widths, nowMs: clock.getState().nowMs }),
    ...(more > 0 ? [[piece(`    ${more + 1} more`, "dim")]] : []),
  ];
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Block lines={[]} width={size.columns} height={1} />
      <Block lines={lines} width={size.columns} height={height} />
    </Box>
  );
});
QuietView.displayName = "QuietView";

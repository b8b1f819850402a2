import { Box } from "ink";
import { memo, type ReactNode } from "react";
import { storiesSummary } from "../draw/findings.ts";
import { listLines, ruleLine } from "../draw/pane.ts";
import { storiesTable } from "../findings.ts";
import { HOSTS } from "../hosts.ts";
import { firstKey } from "../keymap.ts";
import { FINDINGS, placeFoot, type Overview as Placement } from "../layout.ts";
import { piece } from "../line.ts";
import { itemsOf } from "../rows.ts";
import { overviewOf, rowKeys } from "../scene.ts";
import { usePicture, useShell, useSize } from "../shell.ts";
import { widthOf } from "../text.ts";
import { Block } from "./block.tsx";
import { Pane, SystemLine } from "./pane.tsx";
import { Since } from "./timeline.tsx";

/** Everything at once: panes where there is room, a line a system where there is not. */
export const Overview = memo((): ReactNode => {
  const size = useSize();
  const systems = usePicture((picture) => picture.systems);
  const hosts = usePicture((picture) => picture.hosts);
  const overall = usePicture((picture) => picture.overall);
  const placement = overviewOf({ hosts, overall, systems }, size);
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Pane id={HOSTS} width={size.columns} height={placement.hosts} zoomed={false} />
      {placement.kind === "grid" ? <Grid placement={placement} /> : <Dense findings={placement.findings} />}
    </Box>
  );
});
Overview.displayName = "Overview";

const Grid = ({ placement }: { readonly placement: Extract<Placement, { kind: "grid" }> }): ReactNode => {
  const { columns } = useSize();
  const { theme } = useShell();
  const sides = placement.columns.length;
  const rows = Math.max(...placement.columns.map((column) => column.reduce((sum, placed) => sum + placed.rows, 0)));
  const width = Math.floor((columns - (sides - 1)) / sides);
  return (
    <Box flexDirection="row" flexShrink={0}>
      {placement.columns.map((column, side) => (
        <Box key={column[0]?.id ?? side} flexDirection="row" flexShrink={0}>
          {side === 0 ? null : (
            <Block
              lines={Array.from({ length: rows }, () => [piece(theme.glyph.side, "dim")])}
              width={1}
              height={rows}
            />
          )}
          <Box flexDirection="column" flexShrink={0}>
            {column.map(({ id, rows: height }) =>
              id === FINDINGS ? (
                <Foot key={id} width={width} height={height} />
              ) : (
                <Pane key={id} id={id} width={width} height={height} zoomed={false} />
              ),
            )}
          </Box>
        </Box>
      ))}
    </Box>
  );
};

const Dense = ({ findings }: { readonly findings: number }): ReactNode => {
  const { columns } = useSize();
  const { theme } = useShell();
  const systems = usePicture((picture) => picture.systems).filter(({ id }) => id !== HOSTS);
  const nameWidth = Math.max(...systems.map(({ title }) => widthOf(title)), 0);
  const rule = ruleLine({ title: "systems", focused: false, right: "" }, columns, theme);
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Block lines={[rule]} width={columns} height={1} />
      {systems.map(({ id }) => (
        <SystemLine key={id} id={id} width={columns} nameWidth={nameWidth} />
      ))}
      {findings > 0 ? <Foot width={columns} height={findings} /> : null}
    </Box>
  );
};

interface Part {
  readonly width: number;
  readonly height: number;
}

/** What is wrong, and what changed last. */
const Foot = memo(({ width, height }: Part): ReactNode => {
  const stories = usePicture((picture) => picture.stories);
  const events = usePicture(({ recent }) => recent.length);
  const { rows } = storiesTable(stories);
  const notes = rows.filter(({ severity }) => severity === "info").length;
  const foot = placeFoot(height, rows.length - notes, notes, events);
  return (
    <Box flexDirection="column" flexShrink={0}>
      {foot.findings > 0 ? <Findings width={width} height={foot.findings} /> : null}
      {foot.since > 0 ? <Since width={width} height={foot.since} /> : null}
    </Box>
  );
});
Foot.displayName = "Foot";

/** The worst findings, without a cursor: all of them, with what to do, are a key away. */
const Findings = memo(({ width, height }: Part): ReactNode => {
  const { theme, widths, clock, keymap } = useShell();
  const stories = usePicture((picture) => picture.stories);
  const items = itemsOf([storiesTable(stories)], "").filter(({ kind }) => kind !== "header");
  const count = rowKeys(items).length;
  const more = count - (height - 1);
  // The list behind the key unfolds what is explained too: so many lines.
  const all = stories.reduce((sum, { consequences }) => sum + 1 + consequences.length, 0);
  const key = firstKey(keymap, "findings", theme.ascii);
  const right = more > 0 ? `${key === undefined ? "" : `${key}: `}all ${all}` : "";
  const title = count === 0 ? "findings" : `findings: ${storiesSummary(stories)}`;
  const list = {
    items,
    height: height - 1,
    width,
    top: 0,
    cursor: undefined,
    name: "overview:findings",
    isPending: () => false,
  };
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Block lines={[ruleLine({ title, focused: false, right }, width, theme)]} width={width} height={1} />
      <Block
        lines={listLines(list, theme, { widths, nowMs: clock.getState().nowMs })}
        width={width}
        height={height - 1}
      />
    </Box>
  );
});
Findings.displayName = "Findings";

import { Box } from "ink";
import { memo, type ReactNode } from "react";
import { paneAge } from "../age.ts";
import { noteFor, ruleLine, summaryLine } from "../draw/pane.ts";
import { HOSTS, oneAtATime, tablesOf } from "../hosts.ts";
import { firstKey } from "../keymap.ts";
import { piece, spread, strong, underCursor, type Line } from "../line.ts";
import { itemsOf } from "../rows.ts";
import { PANE_HEAD, rowKeys, scrollId } from "../scene.ts";
import { useNow, usePicture, useSession, useShell, useUi } from "../shell.ts";
import { cursorIndex } from "../state.ts";
import { signOf } from "../table.ts";
import { fit } from "../text.ts";
import { isStarting, isWell } from "../verdict-cells.ts";
import type { Picture, SystemPicture } from "../../watch/picture.ts";
import { Block } from "./block.tsx";
import { List } from "./list.tsx";

interface PaneProps {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly zoomed: boolean;
}

const hostsOf = ({ hosts }: Picture): Picture["hosts"] => hosts;

const useSystem = (id: string): SystemPicture | undefined =>
  usePicture((picture) => picture.systems.find((system) => system.id === id));

/** A system with its rule, its line, and as much of its tables as there is room for. */
export const Pane = memo(({ id, width, height, zoomed }: PaneProps): ReactNode => {
  const { theme } = useShell();
  const system = useSystem(id);
  const from = { hosts: usePicture(hostsOf), isWell: usePicture(isWell), isStarting: usePicture(isStarting) };
  const filter = useUi((state) => state.filter);
  const focused = useUi((state) => state.focus === id);
  const stored = useUi((state) => state.cursors[id]);
  if (system === undefined) return null;
  const items = itemsOf(tablesOf(from, system, zoomed), filter);
  // The overview has no line to spare for what the hosts' rows say already.
  const head = id === HOSTS && !zoomed ? 1 : PANE_HEAD;
  const keys = rowKeys(items);
  const place = noteFor(
    keys.length,
    items.length > height - head,
    focused ? { at: cursorIndex(stored, keys) } : undefined,
  );
  const note = [id === HOSTS ? oneAtATime(from) : "", place].filter((part) => part !== "").join(" · ");
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0}>
      <PaneRule id={id} width={width} focused={focused} filter={filter} note={note} zoomed={zoomed} />
      {head === PANE_HEAD ? (
        <Block lines={[[piece("  "), ...summaryOf(system, theme)]]} width={width} height={1} />
      ) : null}
      <List
        name={id}
        scroll={scrollId(id, zoomed)}
        items={items}
        width={width}
        height={height - head}
        focused={focused}
      />
    </Box>
  );
});
Pane.displayName = "Pane";

const summaryOf = ({ pane, pending }: SystemPicture, theme: Parameters<typeof summaryLine>[1]): Line =>
  pane.summary.length === 0 && pending ? [piece("asking", "dim")] : summaryLine(pane.summary, theme);

/** Answers are still to come, and nothing that could be asked has failed. */
const isPending = ({ pending, findings }: SystemPicture): boolean =>
  pending && findings.every(({ severity }) => severity !== "unknown");

interface RuleProps {
  readonly id: string;
  readonly width: number;
  readonly focused: boolean;
  readonly filter: string;
  readonly note: string;
  readonly zoomed: boolean;
}

const PaneRule = memo(({ id, width, focused, filter, note, zoomed }: RuleProps): ReactNode => {
  const { theme } = useShell();
  const system = useSystem(id);
  const age = useAge(system);
  const key = usePaneKey(id);
  if (system === undefined) return null;
  const title = filter === "" ? system.title : `${system.title} · only "${filter}"`;
  const right = [note, age].filter((part) => part !== "").join(" · ");
  const severity = id === HOSTS && !zoomed ? undefined : system.pane.severity;
  return (
    <Block
      lines={[ruleLine({ key, title, severity, pending: isPending(system), focused, right }, width, theme)]}
      width={width}
      height={1}
    />
  );
});
PaneRule.displayName = "PaneRule";

const useAge = (system: SystemPicture | undefined): string => {
  const { watch } = useSession();
  const nowMs = useNow();
  return system === undefined ? "" : (paneAge(system.pane, watch.evidence, nowMs) ?? "");
};

/** The key that goes to a pane, as the keymap has it. */
const usePaneKey = (id: string): string | undefined => {
  const { keymap, theme } = useShell();
  const at = usePicture((picture) => picture.systems.findIndex((system) => system.id === id));
  return firstKey(keymap, `pane${at + 1}`, theme.ascii);
};

interface SystemLineProps {
  readonly id: string;
  readonly width: number;
  /** Columns for the name. */
  readonly nameWidth: number;
}

/** A whole system in one line, for terminals without room for panes. */
export const SystemLine = memo(({ id, width, nameWidth }: SystemLineProps): ReactNode => {
  const { theme } = useShell();
  const system = useSystem(id);
  const focused = useUi((state) => state.focus === id);
  const age = useAge(system);
  const key = usePaneKey(id);
  if (system === undefined) return null;
  const name = fit(theme.text(system.title), nameWidth, "left", theme.glyph.cut);
  const { severity } = system.pane;
  const left: Line = [
    piece(focused ? `${theme.glyph.cursor} ` : "  "),
    piece(key === undefined ? "   " : `${key}: `, "dim"),
    focused ? strong(name) : piece(name),
    piece(" "),
    signOf(severity, isPending(system), theme),
    piece(" "),
    ...summaryOf(system, theme),
  ];
  const line = spread(left, age === "" ? [] : [piece(` ${age} `, "dim")], width, theme);
  return <Block lines={[focused ? underCursor(line) : line]} width={width} height={1} />;
});
SystemLine.displayName = "SystemLine";

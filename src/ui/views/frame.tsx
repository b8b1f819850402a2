import { Box } from "ink";
import { memo, type ReactNode } from "react";
import { useStore } from "zustand/react";
import { barLine } from "../draw/bar.ts";
import { footerLine } from "../draw/footer.ts";
import { headerLine, roleWords, tooSmall } from "../draw/header.ts";
import { headlineLines } from "../draw/headline.ts";
import { FOOTER_ROWS, HEADER_ROWS, HEADLINE_ROWS } from "../layout.ts";
import { inverse, lineWidth, piece, strong, type Line } from "../line.ts";
import { useAct, useNow, usePicture, useSession, useShell, useSize, useUi } from "../shell.ts";
import { viewOf } from "../state.ts";
import { Block } from "./block.tsx";

/** First line: moves every second, and costs its own line only. */
export const Header = memo((): ReactNode => {
  const { theme } = useShell();
  const { columns } = useSize();
  const nowMs = useNow();
  const cluster = usePicture((picture) => picture.cluster);
  const paused = usePicture((picture) => picture.paused);
  const newestAtMs = usePicture((picture) => picture.newestAtMs);
  const unlocked = useAct((act) => act.unlocked);
  const heading = {
    cluster: cluster.name,
    demo: cluster.demo,
    role: cluster.role,
    unlocked,
    paused,
    newestAtMs,
    nowMs,
  };
  return <Block lines={[headerLine(heading, columns, theme)]} width={columns} height={HEADER_ROWS} />;
});
Header.displayName = "Header";

const useHeadline = (rows: number): readonly Line[] => {
  const { theme } = useShell();
  const { columns } = useSize();
  const overall = usePicture((picture) => picture.overall);
  const headline = usePicture((picture) => picture.headline);
  const next = usePicture((picture) => picture.next);
  const sites = usePicture((picture) => picture.sites);
  const systems = usePicture((picture) => picture.systems);
  const stories = usePicture((picture) => picture.stories);
  const said = { ...(next === undefined ? {} : { next }), ...(sites === undefined ? {} : { sites }) };
  return headlineLines({ overall, headline, systems, stories, ...said }, columns, rows, theme);
};

/** What is wrong and what next; its last line is the bar's while something is being changed. */
export const Headline = memo((): ReactNode => {
  const { theme, desk, clock } = useShell();
  const { columns } = useSize();
  const act = useAct((state) => state);
  const isWalk = useUi((state) => viewOf(state).kind === "walk");
  // What is left, or others do, stands in the question that asks about it.
  const isAsked = useStore(useSession().asking.store, ({ question }) => question !== undefined);
  const isSaid = isWalk || (isAsked && act.run === undefined);
  const bar = isSaid ? undefined : barLine(act, desk.keysOf("underWay"), clock.getState().nowMs, columns, theme);
  const headline = useHeadline(bar === undefined ? HEADLINE_ROWS : HEADLINE_ROWS - 1);
  const lines = bar === undefined ? headline : [...headline, bar];
  return <Block lines={lines} width={columns} height={HEADLINE_ROWS} />;
});
Headline.displayName = "Headline";

/** For terminals that have no room for more. */
export const TooSmall = (): ReactNode => {
  const { theme } = useShell();
  const { columns, rows } = useSize();
  const role = usePicture((picture) => picture.cluster.role);
  const unlocked = useAct((act) => act.unlocked);
  const headline = useHeadline(Math.max(1, Math.min(HEADLINE_ROWS, rows - 2)));
  const lines = tooSmall(headline, roleWords({ role, unlocked, nowMs: useNow() }), columns, rows, theme);
  return (
    <Box flexDirection="column">
      <Block lines={lines} width={columns} height={rows} />
    </Box>
  );
};

/** Last line: what the keys do here; or, for a few seconds, what the last key came to; or what is being typed. */
export const Footer = memo((): ReactNode => {
  const { theme, keymap, desk } = useShell();
  const { columns } = useSize();
  const { flash, overlay, held } = useUi((state) => state);
  const nowMs = useNow();
  const { store } = useSession().asking;
  useStore(store, ({ question }) => question);
  // What a key may do can depend on any part of the picture; these are the parts that matter today.
  usePicture((picture) => picture.paused);
  usePicture((picture) => picture.systems);
  useAct((act) => act);
  const scene = desk.scene();
  const line = ((): Line => {
    if (flash !== undefined && nowMs < flash.untilMs) return [piece(` ${theme.text(flash.text)}`, flash.tone)];
    if (held.length > 0) return [piece(" "), strong(held.join(" ")), piece(` ${theme.glyph.pending}`, "dim")];
    const typed: Line =
      overlay?.kind === "filter"
        ? [piece(" only rows with: "), strong(theme.text(scene.ui.filter)), inverse(" "), piece(" ")]
        : [];
    return [...typed, ...footerLine(scene, keymap, columns - lineWidth(typed), theme)];
  })();
  return <Block lines={[line]} width={columns} height={FOOTER_ROWS} />;
});
Footer.displayName = "Footer";

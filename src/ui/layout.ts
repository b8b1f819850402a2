/** The terminal, in character cells. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Below this only the headline is shown. */
const LEAST: Size = { columns: 60, rows: 20 };

/**
 * What is wrong and what next keep their place and height, so that nothing below them moves. Mostly two lines; the third
 * is for a command that must not be cut.
 */
export const HEADER_ROWS = 1;
export const HEADLINE_ROWS = 3;
export const FOOTER_ROWS = 1;

export const fitsScreen = ({ columns, rows }: Size): boolean => columns >= LEAST.columns && rows >= LEAST.rows;

/** Lines between the headline and the footer. */
export const bodyRows = ({ rows }: Size): number => Math.max(0, rows - HEADER_ROWS - HEADLINE_ROWS - FOOTER_ROWS);

/** Lines a question may take: the headline and the footer stay in sight. */
export const questionRows = (size: Size): number =>
  fitsScreen(size) ? bodyRows(size) : Math.max(3, size.rows - HEADER_ROWS);

/** A pane in the overview: `rows` counts its rule. */
export interface Placed {
  readonly id: string;
  readonly rows: number;
}

export type Overview =
  /** Hosts, then a line for each system, then findings where there is room. */
  | { readonly kind: "dense"; readonly hosts: number; readonly findings: number }
  /** Hosts across the top, the other systems as panes below in one or two columns. */
  | { readonly kind: "grid"; readonly hosts: number; readonly columns: readonly (readonly Placed[])[] };

/** How many lines a pane would like, its rule included. */
export interface Need {
  readonly id: string;
  readonly rows: number;
}

/** The pseudo pane at the end of the grid. */
export const FINDINGS = "findings";

/** Rule, summary, column titles and a row: less tells nothing. */
const LEAST_PANE = 4;
const LEAST_FINDINGS = 3;
/** Kept free for them in a grid that is high enough, however much the panes could use. */
const FINDINGS_ROWS = 4;
const HIGH_GRID = 24;
const LEAST_HOSTS = 5;

/** Two columns from here on. */
const TWO_COLUMNS = 100;

/**
 * Places the overview: panes where all of them fit with at least a row each, a line a system where they do not.
 * `systems` leaves out the hosts, which always come first.
 */
export const placeOverview = (size: Size, hosts: number, systems: readonly Need[]): Overview => {
  const body = bodyRows(size);
  const sides = size.columns >= TWO_COLUMNS ? 2 : 1;
  const perSide = Math.ceil(systems.length / sides);
  const least = Math.max(1, perSide) * LEAST_PANE;
  const hostRows = Math.min(hosts, Math.max(LEAST_HOSTS, Math.floor(body / 3)));
  const room = body - hostRows;
  if (room < least + (sides === 1 ? FINDINGS_ROWS : 0)) return placeDense(body, hosts, systems.length);
  const reserved = room >= HIGH_GRID ? FINDINGS_ROWS : 0;
  const columns = Array.from({ length: sides }, (_, side) => systems.filter((_, i) => i % sides === side));
  const needed = columns.map(totalNeed);
  const shortest = needed.indexOf(Math.min(...needed));
  const placed = columns.map((needs, side) => share(needs, side === shortest ? room - reserved : room));
  return { kind: "grid", hosts: hostRows, columns: withFindings(placed, room, shortest) };
};

const placeDense = (body: number, hosts: number, systems: number): Overview => {
  const left = body - 1 - systems;
  const hostRows = Math.max(0, Math.min(hosts, left));
  const findings = left - hostRows;
  return { kind: "dense", hosts: hostRows, findings: findings >= LEAST_FINDINGS ? findings : 0 };
};

/** How the lines at the end of the overview are shared, rules included. */
export interface Foot {
  readonly findings: number;
  /** What changed last. */
  readonly since: number;
}

/** A rule and the newest line: with less room than this all of it is the findings'. */
const LEAST_SINCE = 2;
const SHARED_FOOT = 6;

/**
 * What is wrong first, what changed last in the lines that are left; in a foot that is high enough its newest line stays
 * whatever is wrong. Notes have a line while nothing is wrong, and without them the foot is the timeline's.
 */
export const placeFoot = (rows: number, problems: number, notes: number, events: number): Foot => {
  if (events === 0) return { findings: rows, since: 0 };
  if (problems + notes === 0) return { findings: 0, since: rows };
  const left = Math.max(rows - 1 - Math.max(problems, 1), rows >= SHARED_FOOT ? LEAST_SINCE : 0);
  return left < LEAST_SINCE ? { findings: rows, since: 0 } : { findings: rows - left, since: left };
};

/** Everybody gets the least, then one line each in turn until needs or room are met: small panes come out whole. */
const share = (needs: readonly Need[], room: number): readonly Placed[] => {
  const rows = needs.map((need) => Math.min(LEAST_PANE, Math.max(2, need.rows)));
  let left = room - rows.reduce((sum, each) => sum + each, 0);
  let given = true;
  while (left > 0 && given) {
    given = false;
    for (const [i, need] of needs.entries()) {
      const has = rows[i] ?? 0;
      if (left === 0 || has >= need.rows) continue;
      rows[i] = has + 1;
      left -= 1;
      given = true;
    }
  }
  return needs.map(({ id }, i) => ({ id, rows: rows[i] ?? 0 }));
};

const totalNeed = (needs: readonly Need[]): number => needs.reduce((sum, { rows }) => sum + rows, 0);

/** Findings take what is left at the end of the column that needs least. */
const withFindings = (
  columns: readonly (readonly Placed[])[],
  room: number,
  shortest: number,
): readonly (readonly Placed[])[] =>
  columns.map((column, i) => {
    const rows = room - totalNeed(column);
    return i === shortest && rows >= LEAST_FINDINGS ? [...column, { id: FINDINGS, rows }] : column;
  });

import headless from "@xterm/headless";
import { spawn } from "@lydell/node-pty";
import { fileURLToPath } from "node:url";
import { styledRows, type StyledRun } from "./styled.ts";

/** A program in a terminal of its own: press keys, wait for what the screen shows. Ended by `close`, always. */
export interface Screen {
  /** Keys by the names keymaps use (`enter`, `ctrl-c`, `shift-tab`), or any text, which is typed. */
  readonly press: (...keys: readonly string[]) => void;
  /** As a terminal that brackets pastes would send it. */
  readonly paste: (text: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** What is on screen, a line a row, without trailing blanks. */
  readonly lines: () => readonly string[];
  readonly text: () => string;
  /** The same with colours and attributes, a row of runs a line. */
  readonly styled: () => readonly (readonly StyledRun[])[];
  /** Resolves with the screen's text as soon as it fits; rejects with it when it does not within the bound. */
  readonly shows: (wanted: Wanted, withinMs?: number) => Promise<string>;
  readonly lacks: (unwanted: string | RegExp, withinMs?: number) => Promise<string>;
  /** All bytes since the start, as they came. */
  readonly output: () => string;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly ended: (withinMs?: number) => Promise<{ readonly exitCode: number; readonly signal: number | undefined }>;
  /** True while the program is on the alternate screen. */
  readonly isAlternate: () => boolean;
  /** As the program last said. */
  readonly isCursorShown: () => boolean;
  readonly close: () => Promise<void>;
}

export type Wanted = string | RegExp | ((text: string) => boolean);

export interface ScreenOptions {
  readonly command: readonly [program: string, ...args: string[]];
  readonly columns?: number;
  readonly rows?: number;
  /** Laid over a small environment of its own, so that the machine's does not leak in. */
  readonly env?: Readonly<Record<string, string>>;
}

const { Terminal } = headless;

/** The checkout. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Generous, because the machine may be busy: a test waits for a state, not for a time. */
const WITHIN_MS = 15_000;

const CODES: Readonly<Record<string, string>> = {
  enter: "\r",
  escape: "\u001b",
  tab: "\t",
  "shift-tab": "\u001b[Z",
  space: " ",
  backspace: "\u007f",
  up: "\u001b[A",
  down: "\u001b[B",
  right: "\u001b[C",
  left: "\u001b[D",
  home: "\u001b[H",
  end: "\u001b[F",
  pageup: "\u001b[5~",
  pagedown: "\u001b[6~",
};

const codeOf = (key: string): string => {
  const control = /^ctrl-([a-z])$/.exec(key)?.[1];
  if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) - 96);
  return CODES[key] ?? key;
};

export const openScreen = ({ command, columns = 80, rows = 24, env = {} }: ScreenOptions): Screen => {
  const terminal = new Terminal({ cols: columns, rows, allowProposedApi: true });
  const [program, ...args] = command;
  const pty = spawn(program, args, {
    name: "xterm-256color",
    cols: columns,
    rows,
    cwd: ROOT,
    env: { PATH: process.env["PATH"], HOME: "/nonexistent", TERM: "xterm-256color", LANG: "C.UTF-8", ...env },
  });
  let output = "";
  let digested = "";
  let end: { readonly exitCode: number; readonly signal: number | undefined } | undefined;
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  pty.onData((data) => {
    output += data;
    // Listeners are told when the terminal has digested it.
    terminal.write(data, () => {
      digested += data;
      changed();
    });
  });
  // Some programs ask where the cursor is.
  terminal.onData((answer) => pty.write(answer));
  pty.onExit(({ exitCode, signal }) => {
    end = { exitCode, signal };
    terminal.write("", changed);
  });

  const lines = (): readonly string[] => {
    const { active } = terminal.buffer;
    return Array.from(
      { length: terminal.rows },
      (_, y) => active.getLine(active.baseY + y)?.translateToString(true) ?? "",
    );
  };
  const text = (): string => lines().join("\n");

  // A frame is a synchronised update; a busy machine delivers it in pieces, and half a frame is no screen.
  const midFrame = (): boolean =>
    end === undefined && digested.lastIndexOf("\u001b[?2026h") > digested.lastIndexOf("\u001b[?2026l");

  /** Polls on every change of the screen. */
  const until = async <T>(found: () => T | undefined, what: string, withinMs = WITHIN_MS): Promise<T> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (midFrame()) return;
        const value = found();
        if (value === undefined) return;
        stop();
        resolve(value);
      };
      const stop = (): void => {
        clearTimeout(timer);
        listeners.delete(check);
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`waited ${withinMs} ms for ${what}; the screen shows\n${framed(lines())}`));
      }, withinMs);
      listeners.add(check);
      check();
    });

  return {
    press: (...keys) => {
      for (const key of keys) pty.write(codeOf(key));
    },
    paste: (pasted) => pty.write(`\u001b[200~${pasted}\u001b[201~`),
    resize: (newColumns, newRows) => {
      terminal.resize(newColumns, newRows);
      pty.resize(newColumns, newRows);
    },
    lines,
    text,
    styled: () => styledRows(terminal),
    shows: (wanted, withinMs) => until(() => (fits(text(), wanted) ? text() : undefined), String(wanted), withinMs),
    lacks: (unwanted, withinMs) =>
      until(() => (fits(text(), unwanted) ? undefined : text()), `no ${String(unwanted)}`, withinMs),
    output: () => output,
    signal: (signal) => process.kill(pty.pid, signal),
    ended: (withinMs) => until(() => end, "the program to end", withinMs),
    isAlternate: () => terminal.buffer.active.type === "alternate",
    isCursorShown: () => output.lastIndexOf("\u001b[?25h") >= output.lastIndexOf("\u001b[?25l"),
    close: async () => {
      if (end === undefined) {
        pty.kill("SIGKILL");
        await until(() => end, "the program to die");
      }
      terminal.dispose();
    },
  };
};

const fits = (text: string, wanted: Wanted): boolean =>
  typeof wanted === "string" ? text.includes(wanted) : typeof wanted === "function" ? wanted(text) : wanted.test(text);

const framed = (lines: readonly string[]): string => lines.map((line) => `  |${line}`).join("\n");

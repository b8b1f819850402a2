import { render, type Instance } from "ink";
import { createStore } from "zustand/vanilla";
import type { Prompts } from "../connect/access.ts";
import { startClock } from "./clock.ts";
import { createShell } from "./create-shell.ts";
import type { Keymap } from "./keymap.ts";
import type { Size } from "./layout.ts";
import { createSessions, type Opened } from "./sessions.ts";
import { ShellProvider } from "./shell.ts";
import { letGo, onEnd, reclaim, stopForNow, wipe, type ConsoleExit, type Streams } from "./terminal.ts";
import { themeFor, type Display } from "./theme.ts";
import { createThrift } from "./thrift.ts";
import { App } from "./views/app.tsx";

export interface ConsoleOptions extends Partial<Streams> {
  readonly clusters: readonly { readonly name: string }[];
  /** Name of the cluster to begin with. */
  readonly initial: string;
  /** Starts watching; `prompts` reach the operator while that cluster is on screen, and answer no afterwards. */
  readonly open: (name: string, prompts: Prompts) => Opened;
  readonly keymap: Keymap;
  readonly display: Display;
  /** What the embedded cluster can be made to do. */
  readonly demo?: {
    readonly scenarios: readonly { readonly name: string; readonly title: string }[];
    readonly set: (name: string) => Promise<void>;
  };
}

/**
 * Opens the console on the alternate screen and resolves when it has ended, the terminal restored and the connections
 * closed. Needs a TTY at both ends, and `NODE_ENV=production` before this module is imported. Throws what opening the
 * first cluster throws.
 */
export const openConsole = async (options: ConsoleOptions): Promise<ConsoleExit> => {
  const { stdin = process.stdin, stdout = process.stdout, demo } = options;
  const streams = { stdin, stdout };
  const sessions = createSessions(options.open, options.initial);
  const size = createStore<Size>(() => sizeOf(stdout));
  const clock = startClock();

  let instance: Instance | undefined;
  let suspend: Suspend | undefined;
  let isSuspended = false;
  let isLent = false;
  let exit: ConsoleExit = { reason: "quit" };
  const end = (how: ConsoleExit): void => {
    exit = how;
    instance?.unmount();
  };
  const redraw = (): void => {
    wipe(streams, size.getState().rows);
    instance?.clear();
    instance?.rerender(tree);
  };
  const shell = createShell({
    theme: themeFor(options.display),
    keymap: options.keymap,
    sessions,
    size,
    clock: clock.store,
    doing: {
      clusters: options.clusters.map(({ name }) => name),
      scenarios: demo?.scenarios.map(({ name, title }) => ({ id: name, label: title, hint: name })) ?? [],
      setScenario: async (name) => demo?.set(name),
      quit: () => end({ reason: "quit" }),
      suspend: () => {
        isSuspended = true;
        void suspend?.(stopForNow).finally(() => {
          isSuspended = false;
        });
      },
      lend: async (during) => {
        isLent = true;
        try {
          await suspend?.(async () => {
            await letGo(streams);
            await during();
          });
        } finally {
          isLent = false;
        }
      },
      redraw,
    },
  });
  const tree = (
    <ShellProvider value={shell}>
      <App
        onTerminal={(given) => {
          suspend = given;
        }}
      />
    </ShellProvider>
  );
  const resized = (): void => {
    shell.widths.clear();
    size.setState(sizeOf(stdout), true);
  };
  const continued = (): void => {
    if (isSuspended || isLent) return;
    reclaim(streams);
    redraw();
  };
  const forget = onEnd(streams, (how) => {
    // Ctrl-C while somebody else has the terminal is theirs.
    if (!isLent || how.reason !== "signal" || how.signal !== "SIGINT") end(how);
  });
  stdout.on("resize", resized);
  process.on("SIGCONT", continued);
  try {
    // Before the first frame: what is typed at once, perhaps a passphrase, must not be echoed.
    if (stdin.isTTY) stdin.setRawMode(true);
    instance = render(tree, { stdin, stdout: thrifty(stdout), ...INK });
    await instance.waitUntilExit();
  } catch (error) {
    exit = { reason: "failed", error };
  } finally {
    instance?.unmount();
    if (stdin.isTTY) stdin.setRawMode(false);
    stdout.off("resize", resized);
    process.off("SIGCONT", continued);
    clock.stop();
    await sessions.close();
    forget();
  }
  return exit;
};

type Suspend = (during: () => Promise<void>) => Promise<void>;

// `interactive` because CI in the environment would otherwise print one last frame; the rest is measured (docs/architecture.md).
const INK = {
  alternateScreen: true,
  incrementalRendering: true,
  interactive: true,
  exitOnCtrlC: false,
  isScreenReaderEnabled: false,
  maxFps: 10,
} as const;

/** The same stream, but for what is written to it. */
const thrifty = (stdout: NodeJS.WriteStream): NodeJS.WriteStream => {
  const thrift = createThrift();
  const write = (chunk: string | Uint8Array, ...rest: readonly never[]): boolean =>
    stdout.write(typeof chunk === "string" ? thrift(chunk) : chunk, ...rest);
  return new Proxy(stdout, {
    get: (target, name) => {
      if (name === "write") return write;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
};

const sizeOf = ({ columns, rows }: NodeJS.WriteStream): Size => ({ columns: columns || 80, rows: rows || 24 });

import type { Duplex } from "node:stream";
import type { HostName } from "./layout.ts";
import type { Entry } from "./shell/files.ts";
import type { Program } from "./shell/program.ts";
import type { Simulation } from "./simulation.ts";
import type { World } from "./world.ts";

/** What one system contributes to the simulated hosts. To add a system, write one and list it in rooms.ts. */
export interface Room {
  readonly programs: readonly Program[];
  /** Files it has on a host. */
  readonly files?: (world: World, host: HostName) => Iterable<readonly [string, Entry]>;
  readonly services?: readonly Service[];
  /** What `ps` shows of it on a host. */
  readonly processes?: (world: World, host: HostName) => readonly Process[];
}

/** A running process. */
export interface Process {
  readonly pid: number;
  readonly user: string;
  /** The program's name, as `ps -C` takes it. */
  readonly name: string;
  readonly args: string;
  readonly sinceMs: number;
}

/** Something that listens inside a host, reached through its SSH server only. */
export interface Service {
  readonly host: HostName;
  /** A TCP port of the host, or the path of a unix socket. */
  readonly at: number | string;
  /** Accounts that may open the unix socket; everybody when absent. */
  readonly accounts?: readonly string[];
  readonly isListening: (world: World) => boolean;
  readonly serve: (stream: Duplex, simulation: Simulation) => void;
}

/** Passwords of this run. */
export interface Secrets {
  readonly sql: string;
  readonly redis: string;
  readonly redisOperator: string;
}

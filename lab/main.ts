import { Command } from "commander";
import { down } from "./commands/down.ts";
import { breakOne, healOne, listIncidents } from "./commands/incidents.ts";
import { reset } from "./commands/reset.ts";
import { sh } from "./commands/sh.ts";
import { snapshot } from "./commands/snapshot.ts";
import { status } from "./commands/status.ts";
import { traffic, type TrafficOptions } from "./commands/traffic.ts";
import { up } from "./commands/up.ts";
import { labDirs } from "./dirs.ts";
import { isLabError } from "./machine/error.ts";
import { withLock } from "./machine/lock.ts";

const program = new Command("lab")
  .description("a real cluster on this machine, for midwatch to watch")
  .enablePositionalOptions();

program
  .command("up")
  .description("build, boot and verify the cluster, or what is missing of it")
  .action(() => withLock("up", () => up(labDirs(process.env))));

program
  .command("down")
  .description("remove the cluster: processes, mounts, network and state")
  .action(() => withLock("down", () => down(labDirs(process.env))));

program
  .command("status")
  .description("ask every daemon how it is; exit code 1 when one is not well")
  .option("--json", "for scripts")
  .action(async (options: { readonly json?: boolean }) => {
    process.exitCode = await status(labDirs(process.env), options);
  });

program
  .command("sh")
  .description("run a command as root on a host")
  .argument("<host>")
  .argument("[command...]", "one word is a shell script, several are an argument list, none is a shell")
  .passThroughOptions()
  .action(async (host: string, command: readonly string[]) => {
    process.exitCode = await sh(host, command);
  });

program
  .command("reset")
  .description("back to the healthy state, in seconds where undoing will do")
  .option("--hard", "make every host anew")
  .action((options: { readonly hard?: boolean }) => withLock("reset", () => reset(labDirs(process.env), options)));

program.command("incidents").description("list what can be broken by name").action(listIncidents);

program
  .command("break")
  .description("break something on real daemons, as it breaks in the field")
  .argument("<incident>")
  .action((name: string) => withLock("break", () => breakOne(labDirs(process.env), name)));

program
  .command("heal")
  .description("undo one incident and wait until the lab is healthy")
  .argument("<incident>")
  .action((name: string) => withLock("heal", () => healOne(labDirs(process.env), name)));

program
  .command("snapshot")
  .description("make the present state the one that reset goes back to")
  .action(() => withLock("snapshot", () => snapshot(labDirs(process.env))));

program
  .command("traffic")
  .description("send visitors with cookies through the load balancer, for a while")
  .option("--seconds <n>", "how long", Number, 30)
  .option("--rate <n>", "requests per second", Number, 10)
  .option("--visitors <n>", "browsers, each with a session of its own", Number, 40)
  .option("--json", "the summary for scripts")
  .action(async (options: TrafficOptions) => {
    process.exitCode = await traffic(options);
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!isLabError(error)) throw error;
  process.stderr.write(`lab: ${error.message}\n${error.advice === undefined ? "" : `try: ${error.advice}\n`}`);
  // Other hosts may still be at work on what has failed here; nobody waits for them.
  process.exit(1);
}

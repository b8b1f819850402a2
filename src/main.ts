#!/usr/bin/env node
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { actOptions } from "./commands/act-options.ts";
import { reportFailure } from "./commands/failure.ts";
import { endWithReader } from "./commands/output.ts";
import { midwatchVersion } from "./commands/version.ts";

/** argv → a command. Each command is loaded only when it is the one: the console's libraries are not needed for `status`. */
const program = new Command("midwatch")
  .description("The 2 a.m. console for self-hosted web clusters.")
  .version(midwatchVersion(), "-V, --version")
  .exitOverride()
  .showHelpAfterError("(midwatch --help shows what there is)");

const inventoryOption = () =>
  new Option(
    "-i, --inventory <file>",
    "inventory file; else $MIDWATCH_INVENTORY, ./inventory.yaml, ~/.config/midwatch/inventory.yaml",
  );
const clusterOption = () => new Option("-c, --cluster <name>", "which cluster of the inventory");

const collectSetting = (text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const [, name, value] = /^([\w-]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("expected NAME=VALUE");
  return { ...before, [name]: value };
};

const screenOptions = (command: Command): Command =>
  command
    .option("--keymap <name|file>", "default, vim, or a file of your own laid over the default")
    .option("--ascii", "only ASCII characters")
    .option("--read-only", "viewer: look, and be unable to touch, whatever the inventory allows");

screenOptions(
  program
    .command("console", { isDefault: true })
    .description("open the console (this is what midwatch does without a command)"),
)
  .addOption(inventoryOption())
  .addOption(clusterOption())
  .action(async (options) => (await import("./commands/console.ts")).runConsole(options));

screenOptions(
  program.command("demo").description("open the console on an embedded cluster: nothing to install, nothing to break"),
)
  .option("--scenario <name>", "start with something broken; --list names them")
  .option("--list", "list the scenarios")
  .option("--serve", "no console: run the cluster, print how to open one on it, end on Ctrl-C")
  .action(async (options) => (await import("./commands/demo.ts")).runDemo(options));

program
  .command("status")
  .description(
    "the same picture for scripts and plain terminals; exit code 0 healthy, 1 warning, 2 critical, 3 unknown",
  )
  .addOption(inventoryOption())
  .addOption(clusterOption())
  .option("--json", "JSON; its schema is docs/status.schema.json")
  .option("--watch", "print again when something changes, until Ctrl-C; with --json one object a line")
  .option("--within <duration>", "how long to wait for the first answers", "10s")
  .action(async (options) => (await import("./commands/status.ts")).runStatus(options));

program
  .command("timeline")
  .description("what changed and when, as consoles and status --watch noticed it on this machine; oldest first")
  .addOption(inventoryOption())
  .addOption(clusterOption())
  .option("--since <duration>", "how far back, for example 2h, 30m, 7d", "24h")
  .option("--json", "one JSON object a line")
  .action(async (options) => (await import("./commands/timeline.ts")).runTimeline(options));

program
  .command("doctor")
  .description("check the inventory, then every connection and privilege, with the fix for each that fails")
  .addOption(inventoryOption())
  .addOption(clusterOption())
  .option("--json", "JSON")
  .action(async (options) => (await import("./commands/doctor.ts")).runDoctor(options));

program
  .command("grants")
  .description("print what an account needs: sudoers, SSH key options, SQL, Redis ACL, HAProxy socket; sends nothing")
  .addOption(inventoryOption())
  .addOption(clusterOption())
  .addOption(
    new Option("--role <role>", "viewer may look, operator may change")
      .choices(["viewer", "operator"])
      .default("viewer"),
  )
  .option("--user <name>", "the account's login name", "midwatch")
  .action(async (options) => (await import("./commands/grants.ts")).runGrants(options));

program
  .command("verdict <host>")
  .description("may this host be taken out now? exit code 0 safe, 1 wait, 2 no, 3 unknown")
  .addOption(inventoryOption())
  .addOption(clusterOption())
  .option("--json", "JSON")
  .action(async (host, options) => (await import("./commands/verdict.ts")).runVerdict(host, options));

program
  .command("explain [finding]")
  .description("what a finding means, where the rule comes from, what to do; without an id the list")
  .action(async (id) => (await import("./commands/explain.ts")).runExplain(id));

actOptions(
  program
    .command("run [procedure]")
    .description(
      "change something, step by step (without a name: what there is); exit code 0 done, 1 not begun, 2 stopped with something left, 3 taken back, 77 refused",
    )
    .option("--host <name>", "which host")
    .option("--dry-run", "print the plan and the gates as they are now; send nothing")
    .option("--set <name=value>", "an option of the procedure, as often as needed", collectSetting, {}),
)
  .addOption(inventoryOption())
  .addOption(clusterOption())
  .action(async (name, options) => (await import("./commands/run.ts")).runRun(name, options));

actOptions(
  program
    .command("journal")
    .description("procedures run from here; exit code 1 when one is unfinished")
    .addArgument(
      new Argument("[what]", "go on with it, take it back, or leave it as it is").choices(["resume", "undo", "leave"]),
    )
    .argument("[id]", "which one; else the newest unfinished"),
)
  .addOption(inventoryOption())
  .addOption(clusterOption())
  .action(async (what, id, options) => (await import("./commands/journal.ts")).runJournal(what, id, options));

program
  .command("procedures")
  .description("procedures of your own: YAML files in procedures/ beside the inventory, or in ~/.config/midwatch/")
  .addCommand(
    new Command("check")
      .description("read them as run would, and say what is wrong with file, line and column; sends nothing")
      .argument("<file...>")
      .action(async (files) => (await import("./commands/procedures.ts")).checkProcedures(files)),
  );

program
  .command("audit")
  .description("who changed what from here, and why, refusals included")
  .addOption(inventoryOption())
  .addOption(clusterOption())
  .option("--json", "the lines as they are")
  .option("--last <count>", "how many", "50")
  .action(async (options) => (await import("./commands/audit.ts")).runAudit(options));

program
  .command("keys")
  .description("print the keys")
  .option("--keymap <name|file>", "default, vim, or a file of your own")
  .action(async (options) => (await import("./commands/keys.ts")).runKeys(options));

endWithReader();
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 64;
  else process.exitCode = reportFailure(error);
}

import type { AnyCommand } from "../src/systems/system.ts";
import { lockCommands } from "../src/record/lock-commands.ts";
import { systems } from "../src/systems/registry.ts";
import type { Privilege } from "../src/connect/command.ts";

/** docs/commands.md: everything midwatch may ever send, from the rooms' catalogues. */
export const commandsPage = (): string => {
  const parts: readonly { readonly title: string; readonly commands: readonly AnyCommand[] }[] = [
    ...systems,
    { title: "the cluster's lock", commands: lockCommands },
  ];
  const sections = parts.map(
    ({ title, commands }) => `## ${title}

| command | kind | effect | needs | deadline | what it asks |
| --- | --- | --- | --- | --- | --- |
${commands.map(row).join("\n")}
`,
  );
  return `# What midwatch sends

Generated from the command catalogue (\`npm run docs\`). Nothing outside this list is ever sent to a host or service.
Commands that need root go through \`sudo -n\` with exactly the arguments shown by the evidence view (key \`e\`).

${sections.join("\n")}`;
};

const row = (command: AnyCommand): string =>
  `| \`${command.id}\` | ${command.kind}${command.kind === "host" ? ` (${command.lane})` : ""} | ${command.effect} | ${needs(command.privilege)} | ${command.deadlineMs / 1_000} s | ${command.asks.replaceAll("|", "\\|")} |`;

const needs = (privilege: Privilege): string => {
  switch (privilege.need) {
    case "login":
      return "a login";
    case "root":
      return `root: ${privilege.why}`;
    case "sql":
      return privilege.grants.length === 0 ? "an SQL account" : privilege.grants.join(", ");
    case "redis":
      return privilege.acl.map((rule) => `\`${rule}\``).join(" ");
    case "haproxy":
      return `socket level ${privilege.level}`;
    case "http":
      return "nothing";
  }
};

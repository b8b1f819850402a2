import { readFileSync } from "node:fs";
import type { SqlReply } from "../../../src/connect/reply.ts";
import { AT_MS, hostReply } from "../kit.ts";

const text = (name: string): string => readFileSync(new URL(`replies/${name}`, import.meta.url), "utf8");

/** What `mariadb -B` printed for a command's own statement, as rows, some of them changed. */
export const recorded = (name: string, change: Readonly<Record<string, string>> = {}, atMs = AT_MS): SqlReply => {
  const [header = "", ...lines] = text(`${name}.tsv`).trimEnd().split("\n");
  const columns = header.split("\t");
  const rows = lines.map((line) => Object.fromEntries(line.split("\t").map((cell, i) => [columns[i] ?? "", cell])));
  const changed = new Set(Object.keys(change).map((name) => name.toLowerCase()));
  const kept = rows.filter((row) => !changed.has((row["name"] ?? "").toLowerCase()));
  const put = Object.entries(change).map(([name, value]) => ({ name, value }));
  return { kind: "sql", rows: [...kept, ...put], sentAtMs: atMs - 2, receivedAtMs: atMs };
};

/** `systemctl show` of MariaDB's unit. */
export const unit = (active: string, sub: string, change: Readonly<Record<string, string>> = {}, name = "mariadb") => {
  const fields = {
    StatusText: "Taking your SQL requests now...",
    Result: "success",
    Id: `${name}.service`,
    LoadState: "loaded",
    ActiveState: active,
    SubState: sub,
    UnitFileState: "enabled",
    StateChangeTimestamp: new Date(AT_MS - 240_000).toISOString().replace(/^(.*)T(.*)\.000Z$/, "Fri $1 $2 UTC"),
    ...change,
  };
  return hostReply(
    `${Object.entries(fields)
      .map(([key, value]) => `${key}=${value}`)
      .join("\n")}\n`,
  );
};

export const grastate = (seqno: number, safe: boolean, uuid = "29471782-e548-11f1-bbd5-da0e9ce27855") =>
  hostReply(
    `# GALERA saved state\nversion: 2.1\nuuid:    ${uuid}\nseqno:   ${seqno}\nsafe_to_bootstrap: ${safe ? 1 : 0}\n`,
  );

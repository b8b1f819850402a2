import type { World } from "../world.ts";
import type { MemberState } from "./state.ts";
import { answerTables } from "./tables.ts";
import { statusOf, variablesOf, type Values } from "./status.ts";

/** What a statement comes to. */
export type SqlAnswer =
  | {
      readonly kind: "rows";
      readonly columns: readonly string[];
      readonly rows: readonly (readonly (string | null)[])[];
    }
  | { readonly kind: "ok" }
  | { readonly kind: "error"; readonly code: number; readonly message: string };

const error = (code: number, message: string): SqlAnswer => ({ kind: "error", code, message });

/**
 * The little SQL that is asked of a member: its status and variables, by SHOW, by SELECT from the information schema
 * (with UNION ALL), and by @@name.
 */
export const answerSql = (world: World, member: MemberState, statement: string): SqlAnswer => {
  const sql = statement.trim().replace(/;$/, "").replaceAll(/\s+/g, " ");
  const bounded = /^set statement [\w=]+ for (.*)$/i.exec(sql)?.[1] ?? sql;
  const tables = answerTables(bounded);
  if (tables !== undefined) return { kind: "rows", ...tables };
  if (/^set /i.test(sql)) return setVariable(member, sql);
  const context: Context = { status: () => statusOf(world, member), variables: () => variablesOf(world, member) };
  const show = /^show (?:(?:global|session) )?(status|variables)(?: (?:where )?(.*))?$/i.exec(sql);
  if (show !== null) {
    const values = show[1]?.toLowerCase() === "status" ? context.status() : context.variables();
    const rows = filtered(values, show[2]?.replace(/^like /i, "variable_name like "));
    return rows === undefined ? syntax(sql) : { kind: "rows", columns: ["Variable_name", "Value"], rows };
  }
  if (!/^select /i.test(sql))
    return error(1_142, `Command denied to user 'midwatch'@'localhost' for: ${sql.split(" ")[0]}`);
  const selects = sql.split(/ union all /i).map((one) => select(context, one, member));
  const [first] = selects;
  if (first === undefined) return syntax(sql);
  const rows: (readonly (string | null)[])[] = [];
  for (const one of selects) {
    if (one.kind !== "rows") return one;
    rows.push(...one.rows);
  }
  return first.kind === "rows" ? { ...first, rows } : first;
};

/** What is set for a session changes nothing here; of the global variables one may be set. */
const setVariable = (member: MemberState, sql: string): SqlAnswer => {
  const [, name, value = ""] = /^set (?:global |@@global\.)(\w+) ?= ?'?(\w+)'?$/i.exec(sql) ?? [];
  if (name === undefined) return { kind: "ok" };
  if (name.toLowerCase() !== "wsrep_desync") return error(1_193, `Unknown system variable '${name}'`);
  member.desync = /^(on|1)$/i.test(value);
  return { kind: "ok" };
};

const syntax = (near: string): SqlAnswer =>
  error(
    1_064,
    `You have an error in your SQL syntax; check the manual that corresponds to your MariaDB server version for the right syntax to use near '${near.slice(0, 80)}' at line 1`,
  );

interface Context {
  readonly status: () => Values;
  readonly variables: () => Values;
}

const select = (context: Context, sql: string, member: MemberState): SqlAnswer => {
  const match = /^select (.*?)(?: from ([\w.`]+)(?: where (.*?))?)?(?: limit \d+)?$/i.exec(sql);
  if (match === null) return syntax(sql);
  const [, list = "", table, where] = match;
  const source = table === undefined ? undefined : tableOf(context, table, member);
  if (source !== undefined && source.kind === "error") return source;
  const rows = source === undefined ? [["", ""] as const] : filtered(source.values, where);
  if (rows === undefined) return syntax(sql);
  const columns: string[] = [];
  const cells: ((row: readonly [string, string]) => string | null | undefined)[] = [];
  for (const item of list.split(",")) {
    const [, expression = "", name = expression] =
      /^\s*(\S+?|'[^']*')(?:\s+(?:as\s+)?`?(\w+)`?)?\s*$/i.exec(item) ?? [];
    columns.push(name);
    cells.push(cellOf(context, expression));
  }
  const answered: (string | null)[][] = [];
  for (const row of rows) {
    const values = cells.map((cell) => cell(row));
    const unknown = values.indexOf(undefined);
    if (unknown >= 0) return error(1_193, `Unknown system variable '${columns[unknown] ?? ""}'`);
    answered.push(values.map((value) => value ?? null));
  }
  return { kind: "rows", columns, rows: answered };
};

const tableOf = (
  context: Context,
  table: string,
  member: MemberState,
):
  | { readonly kind: "values"; readonly values: Values }
  | { readonly kind: "error"; readonly code: number; readonly message: string } => {
  const [, schema = "", name = ""] = /^`?(\w+)`?\.`?(\w+)`?$/.exec(table.toLowerCase()) ?? [];
  const isStatus = /^(global|session)_status$/.test(name);
  const isVariables = /^(global|session)_variables$/.test(name);
  if (schema === "information_schema" && isStatus) return { kind: "values", values: context.status() };
  if (schema === "information_schema" && isVariables) return { kind: "values", values: context.variables() };
  // The performance schema is there and off, as Debian ships it.
  if (schema === "performance_schema" && (isStatus || isVariables)) return { kind: "values", values: new Map() };
  if (member.view.status !== "Primary") {
    return { kind: "error", code: 1_047, message: "WSREP has not yet prepared node for application use" };
  }
  return {
    kind: "error",
    code: 1_142,
    message: `SELECT command denied to user 'midwatch'@'localhost' for table \`${table}\``,
  };
};

/** A column or expression; undefined from the cell means there is no such variable. */
const cellOf = (
  context: Context,
  expression: string,
): ((row: readonly [string, string]) => string | null | undefined) => {
  const variable = /^@@(?:global\.|session\.)?(\w+)$/i.exec(expression)?.[1]?.toLowerCase();
  if (variable !== undefined) return () => context.variables().get(variable);
  if (/^variable_name$/i.test(expression)) return ([name]) => name.toUpperCase();
  if (/^variable_value$/i.test(expression)) return ([, value]) => value;
  if (/^version\(\)$/i.test(expression)) return () => context.variables().get("version");
  if (/^(null|\d+)$/i.test(expression)) return () => (/null/i.test(expression) ? null : expression);
  const text = /^'([^']*)'$/.exec(expression)?.[1];
  return () => text;
};

/** Rows whose name passes `variable_name = | like | in`, joined by `or`; undefined for another condition. */
const filtered = (values: Values, where: string | undefined): readonly (readonly [string, string])[] | undefined => {
  const rows = [...values];
  if (where === undefined || where === "") return rows;
  const tests = where.split(/ or /i).map(nameTest);
  if (tests.includes(undefined)) return undefined;
  return rows.filter(([name]) => tests.some((test) => test?.(name.toLowerCase())));
};

const nameTest = (condition: string): ((name: string) => boolean) | undefined => {
  const match = /^\(?`?variable_name`? ?(=|like|in) ?\(?(.*?)\)*$/i.exec(condition.trim());
  if (match === null) return undefined;
  const wanted = [...(match[2] ?? "").matchAll(/'((?:[^'\\]|\\.)*)'/g)].map(([, text = ""]) => text.toLowerCase());
  if (match[1]?.toLowerCase() !== "like") return (name) => wanted.includes(name);
  const patterns = wanted.map((text) => new RegExp(`^${text.replaceAll(/\\?[%_.]/g, likeToken)}$`));
  return (name) => patterns.some((pattern) => pattern.test(name));
};

const likeToken = (token: string): string => {
  if (token === "%") return ".*";
  if (token === "_") return ".";
  return token === "." ? String.raw`\.` : token.slice(1);
};

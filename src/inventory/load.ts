import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Cluster } from "./cluster.ts";
import { fillCluster } from "./fill.ts";
import { homeFolder } from "./home.ts";
import { localFile, type PathBase } from "./paths.ts";
import { EXIT, failure, problem, success, type Problem, type Result } from "./problem.ts";
import { checkReferences } from "./references.ts";
import { inventorySchema, type ClusterFile, type InventoryFile } from "./schema.ts";
import { secretFileFault } from "./secret-file.ts";
import type { Secret } from "./secret.ts";
import type { Path } from "./shape.ts";
import { checkYaml, inOrder, type Checked } from "./yaml-source.ts";

const MAX_BYTES = 1_048_576;

/**
 * Reads and checks an inventory: every problem in it at once, with its position. A secret's file that is missing is no
 * problem yet, since others may share the inventory; one that others can read is.
 */
export const loadInventory = async (path: string, home = homeFolder()): Promise<Result<readonly Cluster[]>> => {
  const text = await readText(path);
  if (!text.ok) return text;
  const base: PathBase = { folder: dirname(resolve(path)), home };
  const checked = parseInventory(path, text.value, base);
  if (!checked.ok) return checked;
  const open = await checkSecretFiles(checked.value.file, base);
  return open.length > 0 ? failure(...inOrder(open)) : success(checked.value.clusters);
};

export interface ParsedInventory {
  readonly file: Checked<InventoryFile>;
  readonly clusters: readonly Cluster[];
}

/** All of the checking that needs nothing but the text. Never throws. */
export const parseInventory = (path: string, text: string, base: PathBase): Result<ParsedInventory> => {
  const file = checkYaml(path, text, inventorySchema);
  if (!file.ok) return file;
  const entries = Object.entries(file.value.value.clusters);
  const problems = entries.flatMap(([name, cluster]) =>
    checkReferences(cluster, (at, ...rest) => file.value.problemAt(["clusters", name, ...at], ...rest)),
  );
  if (problems.length > 0) return failure(...inOrder(problems));
  const clusters = entries.map(([name, cluster]) => fillCluster(name, cluster, path, base));
  return success({ file: file.value, clusters });
};

const readText = async (path: string): Promise<Result<string>> => {
  const refused = (what: string): Result<never> => failure(problem({ what: `${path} ${what}`, exitCode: EXIT.config }));
  try {
    const stats = await stat(path);
    // A pipe is welcome: `--inventory <(decrypt inventory.yaml.gpg)`.
    if (!stats.isFile() && !stats.isFIFO()) return refused("is not a file");
    if (stats.size > MAX_BYTES) return refused("is too large for an inventory");
    return success(new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path)));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") return refused("does not exist");
    if (code === "EACCES") return refused("may not be read by you");
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return refused("is not UTF-8 text");
    return refused(`cannot be read (${String(code)})`);
  }
};

const checkSecretFiles = async (
  { value, problemAt }: Checked<InventoryFile>,
  base: PathBase,
): Promise<readonly Problem[]> => {
  const secrets = Object.entries(value.clusters).flatMap(([name, cluster]) =>
    secretsOf(cluster).map(({ path, secret }) => ({ path: ["clusters", name, ...path], secret })),
  );
  const checked = await Promise.all(
    secrets.map(async ({ path, secret }) => {
      if (secret?.from !== "file") return [];
      const file = localFile(secret.path, base);
      const stats = await stat(file).catch(() => undefined);
      const fault = stats === undefined ? undefined : secretFileFault(file, stats);
      return fault === undefined ? [] : [problemAt(path, "value", fault.what, fault.fix)];
    }),
  );
  return checked.flat();
};

const secretsOf = ({
  ssh,
  hosts,
  galera,
  redis,
}: ClusterFile): readonly { readonly path: Path; readonly secret: Secret | undefined }[] => [
  { path: ["ssh", "passphrase"], secret: ssh?.passphrase },
  ...Object.entries(hosts).map(([host, entry]) => ({
    path: ["hosts", host, "ssh", "passphrase"],
    secret: entry.ssh?.passphrase,
  })),
  { path: ["galera", "password"], secret: galera?.password },
  ...Object.entries(redis ?? {}).map(([instance, { password }]) => ({
    path: ["redis", instance, "password"],
    secret: password,
  })),
];

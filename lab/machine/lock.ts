import { open, readFile, rm } from "node:fs/promises";
import { ownName } from "../number.ts";
import { labError } from "./error.ts";
import { requireRoot } from "./preflight.ts";
import { say } from "./progress.ts";
import { waitFor } from "./wait.ts";

const LOCK = `/run/${ownName("midwatch-lab")}.lock`;

const holder = async (): Promise<string | undefined> => {
  const text = await readFile(LOCK, "utf8").catch(() => "");
  const [pid, ...words] = text.trim().split(" ");
  if (pid === undefined || !/^\d+$/.test(pid)) return undefined;
  const alive = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => undefined);
  return alive === undefined ? undefined : `${words.join(" ")} (pid ${pid})`;
};

const take = async (what: string): Promise<boolean> => {
  try {
    const file = await open(LOCK, "wx");
    await file.writeFile(`${process.pid} ${what}\n`);
    await file.close();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
};

/** One command at a time may change the lab; the next one waits for its turn, and says for whom. */
export const withLock = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  requireRoot();
  if (!(await take(what))) {
    const other = await holder();
    if (other !== undefined) say(`waiting for "lab ${other}" to finish`);
    await waitFor(
      "the lab's lock",
      async () => {
        if (await take(what)) return true;
        if ((await holder()) === undefined) await rm(LOCK, { force: true });
        return undefined;
      },
      { timeoutMs: 300_000, everyMs: 300, advice: `see who holds it: cat ${LOCK}` },
    ).catch((error: unknown) => {
      throw labError("another lab command is still running", `see who holds it: cat ${LOCK}`, error);
    });
  }
  try {
    return await work();
  } finally {
    await rm(LOCK, { force: true });
  }
};

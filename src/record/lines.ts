import { mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";

/** A file of JSON lines that only grows. */
export interface Lines {
  /** Resolves when the line is on disk (fsync); rejects when it may not be. In the order of the calls. */
  readonly append: (entry: object) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens a file to append to, and makes it and its folder for this user alone when they are not there. */
export const openLines = async (path: string): Promise<Lines> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, "a+", 0o600);
  await syncFolder(dirname(path));
  // A crash in the middle of a line leaves its beginning: what follows must not become a part of it.
  let torn = await endsTorn(file);
  let last: Promise<void> = Promise.resolve();

  const write = async (line: string): Promise<void> => {
    const text = `${torn ? "\n" : ""}${line}\n`;
    torn = true;
    await file.appendFile(text);
    await file.sync();
    torn = false;
  };

  return {
    append: (entry) => {
      const line = JSON.stringify(entry);
      const written = last.then(() => write(line));
      last = written.catch(() => undefined);
      return written;
    },
    close: async () => {
      await last;
      await file.close();
    },
  };
};

type File = Awaited<ReturnType<typeof open>>;

const endsTorn = async (file: File): Promise<boolean> => {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 10;
};

/** Without it a crash of the machine may forget that the file exists. */
const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

/** The lines of such a file; none when there is no file. */
export const readLines = async (path: string): Promise<readonly string[]> => {
  try {
    return (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
};

/** One line as JSON; undefined for what was cut or damaged. */
export const parseLine = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

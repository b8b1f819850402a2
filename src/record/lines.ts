import { mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";

/** A file of JSON lines that only grows. */
export interface Lines {
  /**
   * Resolves when the line is on disk (fsync); rejects with {@link CannotRecord} when it may not be. In the order of
   * the calls.
   */
  readonly append: (entry: object) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What must be written down cannot be: thrown, because whatever was to follow must not happen. */
export class CannotRecord extends Error {
  /** The file; where to make room. */
  readonly path: string;
  constructor(path: string, cause: unknown) {
    super(`${path} cannot be written: ${whyOf(cause)}`, { cause });
    this.name = "CannotRecord";
    this.path = path;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "your quota is used up",
  EROFS: "the file system is read-only",
  EACCES: "you may not",
  EIO: "the disk fails",
};

const whyOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause);
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  return WORDS[code] === undefined ? cause.message : `${WORDS[code]} (${code})`;
};

/** Opens a file to append to, and makes it and its folder for this user alone when they are not there. */
export const openLines = async (path: string): Promise<Lines> => {
  const { file, torn } = await openAt(path);
  // A crash in the middle of a line leaves its beginning: what follows must not become a part of it.
  let isTorn = torn;
  let last: Promise<void> = Promise.resolve();

  const write = async (line: string): Promise<void> => {
    const text = `${isTorn ? "\n" : ""}${line}\n`;
    isTorn = true;
    try {
      await file.appendFile(text);
      await file.sync();
    } catch (error) {
      throw new CannotRecord(path, error);
    }
    isTorn = false;
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

const openAt = async (path: string): Promise<{ readonly file: File; readonly torn: boolean }> => {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, "a+", 0o600);
    await syncFolder(dirname(path));
    return { file, torn: await endsTorn(file) };
  } catch (error) {
    throw new CannotRecord(path, error);
  }
};

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

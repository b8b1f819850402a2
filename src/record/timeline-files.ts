import { mkdir, open, readdir, rename, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";

/** The file that is written; the others were, and are named after the moment they were full. */
const CURRENT = "timeline.jsonl";
const FULL = /^timeline\.\d{8}T\d{9}Z\.jsonl$/;

/** Bytes a file may hold, and how many full ones are kept: weeks of a cluster's life, and 3 MiB at most. */
const FILE_BYTES = 1_048_576;
const KEEP_FULL = 2;

/** Only for the account that watches: what a cluster's hosts say is nobody else's business. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/**
 * Appends lines in one write, so that those of several consoles do not mix; rotates before a file grows too large.
 * Rejects as the file system does.
 */
export const appendLines = async (folder: string, lines: string, limit = FILE_BYTES): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  const bytes = Buffer.from(lines);
  let file = await openCurrent(folder);
  try {
    const { size } = await file.stat();
    if (size > 0 && size + bytes.length > limit) {
      await file.close();
      await rotate(folder);
      file = await openCurrent(folder);
    }
    await writeWhole(file, bytes);
  } finally {
    await file.close();
  }
};

const openCurrent = (folder: string): Promise<FileHandle> => open(join(folder, CURRENT), "a+", FILE_MODE);

const writeWhole = async (file: FileHandle, bytes: Buffer): Promise<void> => {
  // A line that was cut (a full disk, a lost power) must not swallow the next one.
  const whole = (await endsLine(file)) ? bytes : Buffer.concat([Buffer.from("\n"), bytes]);
  const { bytesWritten } = await file.write(whole, 0, whole.length, null);
  if (bytesWritten < whole.length) throw new Error("no space left for a whole line");
};

const endsLine = async (file: FileHandle): Promise<boolean> => {
  const { size } = await file.stat();
  if (size === 0) return true;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return bytesRead === 0 || buffer[0] === 0x0a;
};

// A name of its own for each full file: two consoles that rotate at the same moment do not overwrite anything.
const rotate = async (folder: string): Promise<void> => {
  const stamp = new Date().toISOString().replaceAll(/[-:.]/g, "");
  await rename(join(folder, CURRENT), join(folder, `timeline.${stamp}.jsonl`)).catch(ifThere);
  const [, ...full] = (await timelineFiles(folder)).toReversed();
  for (const old of full.slice(KEEP_FULL)) await rm(join(folder, old), { force: true });
};

const ifThere = (error: unknown): void => {
  if (!isMissing(error)) throw error;
};

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT";

/** Oldest first, the current one last; none where nothing was ever kept. Rejects when the folder cannot be read. */
const timelineFiles = async (folder: string): Promise<readonly string[]> => {
  const names = await readdir(folder).catch((error: unknown) => {
    ifThere(error);
    return [];
  });
  return [...names.filter((name) => FULL.test(name)).toSorted(), CURRENT];
};

/** Everything kept, as lines, oldest file first. Rejects when it cannot be read. */
export const readLines = async (folder: string): Promise<readonly string[]> => {
  const lines: string[] = [];
  for (const name of await timelineFiles(folder)) {
    const text = await readEnd(join(folder, name)).catch((error: unknown) => {
      ifThere(error);
      return "";
    });
    lines.push(...text.split("\n").filter((line) => line !== ""));
  }
  return lines;
};

/** However large somebody made it, no more than this of a file is read: its end. */
const MOST_BYTES = 4 * FILE_BYTES;

const readEnd = async (path: string): Promise<string> => {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const length = Math.min(size, MOST_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
};

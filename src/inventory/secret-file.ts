import type { Stats } from "node:fs";

/** Why a file may not be used as a secret, and the way out; undefined when it may. */
export interface FileFault {
  readonly what: string;
  readonly fix?: string;
}

/** A secret everybody on the machine can read is none. ssh refuses keys for the same reason. */
export const secretFileFault = (path: string, stats: Stats): FileFault | undefined => {
  if (!stats.isFile()) return { what: `${path} is not a file` };
  if ((stats.mode & 0o077) === 0) return undefined;
  const mode = (stats.mode & 0o777).toString(8).padStart(3, "0");
  return { what: `${path} is open to others (mode ${mode})`, fix: `chmod 600 ${shellWord(path)}` };
};

const shellWord = (text: string): string =>
  /^[A-Za-z0-9_./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

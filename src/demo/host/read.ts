import { entryAt, mayRead, type Files } from "../shell/files.ts";

/** A file's text, or the C library's word for why not. */
export const read = (
  files: Files,
  path: string,
  user: string,
): { readonly text: string } | { readonly problem: string } => {
  const entry = entryAt(files, path);
  if (entry === undefined) return { problem: "No such file or directory" };
  if (!mayRead(entry, user)) return { problem: "Permission denied" };
  return entry.kind === "file" ? { text: entry.text() } : { problem: "Is a directory" };
};

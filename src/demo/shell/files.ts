/** A host's files as far as anybody looks: paths to entries, made anew for every call from the simulated state. */
export type Files = ReadonlyMap<string, Entry>;

export type Entry =
  | { readonly kind: "file"; readonly text: () => string; readonly mode: number; readonly changedMs: number }
  | { readonly kind: "link"; readonly to: string; readonly changedMs: number }
  | { readonly kind: "folder"; readonly mode: number; readonly changedMs: number };

export const file = (text: string | (() => string), changedMs: number, mode = 0o644): Entry => ({
  kind: "file",
  text: typeof text === "string" ? () => text : text,
  mode,
  changedMs,
});

export const link = (to: string, changedMs: number): Entry => ({ kind: "link", to, changedMs });

export const folder = (changedMs: number, mode = 0o755): Entry => ({ kind: "folder", mode, changedMs });

/** Adds the folders that the paths imply. */
export const withFolders = (entries: Iterable<readonly [string, Entry]>): Files => {
  const files = new Map<string, Entry>([["/", folder(0)]]);
  for (const [path, entry] of entries) {
    for (let at = path.indexOf("/", 1); at > 0; at = path.indexOf("/", at + 1)) {
      const parent = path.slice(0, at);
      const known = files.get(parent);
      if (known === undefined) files.set(parent, folder(entry.changedMs));
      else if (known.kind === "folder" && known.changedMs < entry.changedMs) {
        files.set(parent, { ...known, changedMs: entry.changedMs });
      }
    }
    files.set(path, entry);
  }
  return files;
};

/** `.` and `..` taken out; no symbolic links followed. */
export const normal = (path: string): string => {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
};

/** Where a path leads when every symbolic link on the way is followed; undefined for a loop. */
const resolve = (files: Files, path: string, depth = 0): string | undefined => {
  if (depth > 20) return undefined;
  let done = "";
  const parts = normal(path).split("/").slice(1);
  for (const [index, part] of parts.entries()) {
    if (part === "") return "/";
    const here = `${done}/${part}`;
    const entry = files.get(here);
    if (entry?.kind === "link") {
      const target = entry.to.startsWith("/") ? entry.to : `${done}/${entry.to}`;
      return resolve(files, [target, ...parts.slice(index + 1)].join("/"), depth + 1);
    }
    done = here;
  }
  return done;
};

/** The entry a path leads to, links followed. */
export const entryAt = (files: Files, path: string): Entry | undefined => {
  const end = resolve(files, path);
  return end === undefined ? undefined : files.get(end);
};

/** Names in a folder, sorted. */
export const namesIn = (files: Files, path: string): readonly string[] => {
  const prefix = path === "/" ? "/" : `${path}/`;
  return [...files.keys()]
    .filter((key) => key.startsWith(prefix) && key.length > prefix.length && !key.slice(prefix.length).includes("/"))
    .map((key) => key.slice(prefix.length))
    .toSorted();
};

/** Only root reads what others may not; groups are not simulated. */
export const mayRead = (entry: Entry, user: string): boolean =>
  user === "root" || entry.kind === "link" || (entry.mode & 0o004) !== 0;

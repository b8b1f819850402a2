import { resolve } from "node:path";

/** What paths in an inventory are relative to. */
export interface PathBase {
  /** The inventory's own folder, so that a checkout can be moved. */
  readonly folder: string;
  readonly home: string;
}

/** A path on this machine as the file has it → absolute. */
export const localFile = (path: string, { folder, home }: PathBase): string =>
  path === "~" || path.startsWith("~/") ? resolve(home, `.${path.slice(1)}`) : resolve(folder, path);

/** A path on a host, without the trailing slashes that `df` and `mount` do not print either. */
export const remotePath = (path: string): string => path.replace(/(?<=.)\/+$/, "");

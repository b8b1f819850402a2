import { homedir, userInfo } from "node:os";
import { isAbsolute } from "node:path";

/**
 * The user's home folder, always absolute. `/` for an account that has none: no $HOME and no entry in passwd, as in some
 * containers; what cannot be written there says so itself.
 */
export const homeFolder = (read: () => string = homedir): string => {
  try {
    const named = read();
    return isAbsolute(named) ? named : userInfo().homedir;
  } catch {
    return "/";
  }
};

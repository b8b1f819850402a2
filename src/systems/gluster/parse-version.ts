import { parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { shortText } from "../text.ts";

/** `glusterfs 10.3` → `10.3` */
export const parseVersion = (reply: HostReply): Parsed<string> => {
  const version = /^glusterfs (\d[\w.~+-]*)/m.exec(reply.stdout)?.[1];
  return version === undefined
    ? unreadable("gluster --version did not name a version")
    : parsed(shortText(version, 40));
};

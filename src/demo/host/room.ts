import type { Room } from "../room.ts";
import type { Installed } from "../rooms.ts";
import { hostFiles } from "./files.ts";
import { mountPrograms } from "./mounts.ts";
import { packagePrograms } from "./packages.ts";
import { hostPrograms, whichProgram } from "./programs.ts";
import { systemctl } from "./systemctl.ts";
import { textPrograms } from "./text-programs.ts";

export const hostRoom = (installed: Installed): Room => ({
  programs: [
    ...hostPrograms,
    ...mountPrograms,
    ...packagePrograms,
    systemctl,
    ...textPrograms(({ world, host }) => installed.files(world, host.name)),
    whichProgram(() => installed.programs),
  ],
  files: hostFiles,
});

import type { Room } from "../room.ts";
import { shadowFiles } from "./files.ts";
import { shadowPrograms } from "./programs.ts";

export const shadowRoom: Room = { programs: shadowPrograms, files: shadowFiles };

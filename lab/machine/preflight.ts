import { access, readFile } from "node:fs/promises";
import { labError } from "./error.ts";
import { attempt, run } from "./exec.ts";
import { longStep } from "./progress.ts";

/** The distribution of this machine, which is also the hosts' one: the image is built from the machine's own sources. */
export interface Distribution {
  readonly id: "debian" | "ubuntu";
  readonly codename: string;
  readonly version: string;
}

/** Program → the package that brings it. */
const NEEDED = {
  "systemd-nspawn": "systemd-container",
  debootstrap: "debootstrap",
  ip: "iproute2",
  "dpkg-scanpackages": "dpkg-dev",
  "mkfs.ext4": "e2fsprogs",
  rsync: "rsync",
  "ssh-keygen": "openssh-client",
} as const;

export const requireRoot = (): void => {
  if (process.getuid?.() !== 0) {
    throw labError("the lab needs root: it makes network namespaces, mounts and boots real hosts", "run it with sudo");
  }
};

const distribution = async (): Promise<Distribution> => {
  const text = await readFile("/etc/os-release", "utf8").catch(() => "");
  const value = (key: string): string => new RegExp(`^${key}="?([^"\n]*)"?$`, "m").exec(text)?.[1] ?? "";
  const id = value("ID");
  if (id !== "debian" && id !== "ubuntu") {
    throw labError(
      `the lab runs on Debian or Ubuntu; this machine is ${value("PRETTY_NAME") || process.platform}`,
      "use a Debian machine or VM, or the embedded cluster: npm start",
    );
  }
  return { id, codename: value("VERSION_CODENAME"), version: value("VERSION_ID") };
};

const has = async (program: string): Promise<boolean> => {
  const found = await Promise.all(
    ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].map((folder) =>
      access(`${folder}/${program}`).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
};

const installMissing = async (): Promise<void> => {
  const wanted = await Promise.all(
    Object.entries(NEEDED).map(async ([program, name]) => ((await has(program)) ? [] : [name])),
  );
  const missing = [...new Set(wanted.flat())];
  if (missing.length === 0) return;
  await longStep(`installing ${missing.join(", ")}`, async () => {
    await run(["apt-get", "-q", "update"], { timeoutMs: 300_000 });
    await run(["apt-get", "-q", "-y", "--no-install-recommends", "install", ...missing], { timeoutMs: 600_000 });
  });
};

const requireKernel = async (): Promise<void> => {
  await attempt(["modprobe", "-a", "overlay", "fuse", "loop", "bridge", "veth"]);
  const systems = await readFile("/proc/filesystems", "utf8");
  for (const name of ["overlay", "fuse", "ext4"]) {
    if (!new RegExp(`\\b${name}$`, "m").test(systems)) throw labError(`this kernel has no ${name} file system`);
  }
  for (const device of ["/dev/fuse", "/dev/loop-control"]) {
    await access(device).catch(() => {
      throw labError(`this machine has no ${device}`, "in a container, pass the device through; a VM has it");
    });
  }
};

/** Everything `up` needs from this machine, or an error that says what is missing. */
export const preflight = async (): Promise<Distribution> => {
  const found = await distribution();
  await installMissing();
  await requireKernel();
  return found;
};

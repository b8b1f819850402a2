import { hostsWith } from "./fill.ts";
import { nearest } from "./nearest.ts";
import type { Problem } from "./problem.ts";
import type { ClusterFile } from "./schema.ts";
import type { Path } from "./shape.ts";

/** Reports at a path inside the cluster. */
export type Report = (path: Path, at: "key" | "value", what: string, fix?: string) => Problem;

/** What no schema can say: that parts of a cluster fit each other. */
export const checkReferences = (file: ClusterFile, report: Report): readonly Problem[] => [
  ...checkHostNames(file, report),
  ...checkAddresses(file, report),
  ...checkDefaults(file, report),
  ...checkLoadBalancers(file, report),
  ...checkRedisPorts(file, report),
  ...checkLock(file, report),
  ...checkShadow(file, report),
  ...checkThresholds(file, report),
];

interface HostReference {
  readonly path: Path;
  readonly at: "key" | "value";
  readonly host: string;
}

const checkHostNames = (file: ClusterFile, report: Report): readonly Problem[] => {
  const hosts = Object.keys(file.hosts);
  const unknown = hostReferences(file)
    .filter(({ host }) => !Object.hasOwn(file.hosts, host))
    // Looking for what was meant takes time for each, and after the first hundred nobody reads on.
    .slice(0, 100)
    .map(({ path, at, host }) => {
      const near = nearest(host, hosts);
      const fix = near === undefined ? `the hosts are: ${hosts.join(", ")}` : `did you mean "${near}"?`;
      return report(path, at, `no host is called "${host}"`, fix);
    });
  const repeated = hostLists(file).flatMap(([path, list = []]) =>
    list.flatMap((host, i) =>
      list.indexOf(host) < i ? [report([...path, i], "value", `"${host}" stands twice in this list`)] : [],
    ),
  );
  return [...unknown, ...repeated];
};

const hostLists = ({
  gluster,
  web,
  shadow,
}: ClusterFile): readonly (readonly [Path, readonly string[] | undefined])[] => [
  [["gluster", "hosts"], gluster?.hosts],
  ...Object.entries(gluster?.volumes ?? {}).map(
    ([volume, { hosts }]) => [["gluster", "volumes", volume, "hosts"], hosts] as const,
  ),
  [["web", "hosts"], web?.hosts],
  [["shadow", "subs"], shadow?.subs],
];

const hostReferences = (file: ClusterFile): readonly HostReference[] => [
  ...hostLists(file).flatMap(([path, list = []]) =>
    list.map((host, i): HostReference => ({ path: [...path, i], at: "value", host })),
  ),
  ...keysOf(["galera", "members"], file.galera?.members),
  ...keysOf(["haproxy", "load_balancers"], file.haproxy?.load_balancers),
  ...Object.entries(file.haproxy?.servers ?? {}).map(([server, host]): HostReference => ({
    path: ["haproxy", "servers", server],
    at: "value",
    host,
  })),
  ...Object.entries(file.redis ?? {}).map(([instance, { host }]): HostReference => ({
    path: ["redis", instance, "host"],
    at: "value",
    host,
  })),
  ...(file.shadow === undefined
    ? []
    : [{ path: ["shadow", "master"], at: "value" as const, host: file.shadow.master }]),
];

const keysOf = (path: Path, record: Readonly<Record<string, unknown>> | undefined): readonly HostReference[] =>
  Object.keys(record ?? {}).map((host) => ({ path: [...path, host], at: "key", host }));

/** Two names for one machine would be two votes where there is one. */
const checkAddresses = (file: ClusterFile, report: Report): readonly Problem[] => {
  const taken = new Map<string, string>();
  return Object.entries(file.hosts).flatMap(([host, { address, ssh }]) => {
    const port = ssh?.port ?? file.ssh?.port ?? 22;
    const jump = ssh?.jump ?? file.ssh?.jump ?? [];
    const place = [address ?? host, port, ...jump].join(" ");
    const other = taken.get(place);
    taken.set(place, host);
    if (other === undefined) return [];
    const path = address === undefined ? ["hosts", host] : ["hosts", host, "address"];
    return [report(path, "value", `"${host}" and "${other}" are the same address and port`)];
  });
};

/** Sections whose hosts are left to the default need hosts with that role. */
const checkDefaults = (file: ClusterFile, report: Report): readonly Problem[] => {
  if (hostsWith(file, "node").length > 0) return [];
  const { galera, gluster, web } = file;
  const lacking: readonly (readonly [section: string, key: string, needed: boolean])[] = [
    ["galera", "members", galera !== undefined && galera.members === undefined],
    ["gluster", "hosts", gluster !== undefined && gluster.hosts === undefined],
    ["web", "hosts", web !== undefined && web.hosts === undefined],
  ];
  return lacking.flatMap(([section, key, needed]) =>
    needed
      ? [report([section], "key", `no host has the role "node", so ${section} has none`, `list them under "${key}"`)]
      : [],
  );
};

const checkLoadBalancers = (file: ClusterFile, report: Report): readonly Problem[] => {
  const balancers = hostsWith(file, "load-balancer");
  const listed = file.haproxy?.load_balancers;
  const first = balancers[0];
  if (file.haproxy === undefined)
    return first === undefined
      ? []
      : [
          report(
            ["hosts", first, "roles"],
            "value",
            `"${first}" is a load balancer, but there is no haproxy section`,
            "add: haproxy: {}",
          ),
        ];
  if (listed === undefined)
    return first === undefined
      ? [
          report(
            ["haproxy"],
            "key",
            'no host has the role "load-balancer"',
            "add the role to the hosts that run HAProxy",
          ),
        ]
      : [];
  const forgotten = balancers
    .filter((host) => !Object.hasOwn(listed, host))
    .map((host) =>
      report(
        ["hosts", host, "roles"],
        "value",
        `"${host}" is a load balancer, but not in haproxy.load_balancers`,
        `add it there: ${host}: {}`,
      ),
    );
  const notBalancers = Object.keys(listed)
    .filter((host) => Object.hasOwn(file.hosts, host) && !balancers.includes(host))
    .map((host) =>
      report(
        ["haproxy", "load_balancers", host],
        "key",
        `"${host}" has not the role "load-balancer"`,
        "add it to the host's roles",
      ),
    );
  const ambiguous = Object.entries(listed).flatMap(([host, how]) => {
    const ways = Object.keys(how);
    return ways.length > 1
      ? [
          report(
            ["haproxy", "load_balancers", host, ways[1] ?? ""],
            "key",
            `one way to ask "${host}" is enough, found ${ways.join(", ")}`,
          ),
        ]
      : [];
  });
  return [...forgotten, ...notBalancers, ...ambiguous];
};

const checkRedisPorts = (file: ClusterFile, report: Report): readonly Problem[] => {
  const taken = new Map<string, string>();
  return Object.entries(file.redis ?? {}).flatMap(([instance, { host, port }]) => {
    const place = `${host}:${port}`;
    const other = taken.get(place);
    taken.set(place, instance);
    return other === undefined
      ? []
      : [report(["redis", instance, "port"], "value", `"${instance}" and "${other}" are both on ${place}`)];
  });
};

const checkLock = ({ lock, redis = {} }: ClusterFile, report: Report): readonly Problem[] => {
  if (lock === undefined || Object.hasOwn(redis, lock.redis)) return [];
  const names = Object.keys(redis);
  const fix = names.length === 0 ? "list it under redis" : `the instances are: ${names.join(", ")}`;
  return [report(["lock", "redis"], "value", `no Redis instance is called "${lock.redis}"`, fix)];
};

const checkShadow = ({ shadow }: ClusterFile, report: Report): readonly Problem[] => {
  if (shadow === undefined) return [];
  const masterAt = shadow.subs?.indexOf(shadow.master) ?? -1;
  return [
    ...(masterAt < 0
      ? []
      : [report(["shadow", "subs", masterAt], "value", `"${shadow.master}" is the master, so it is no sub-server`)]),
    ...(shadow.source === shadow.target
      ? [report(["shadow", "target"], "value", "source and target are the same folder")]
      : []),
  ];
};

const checkThresholds = ({ thresholds }: ClusterFile, report: Report): readonly Problem[] =>
  thresholds.disk_warning > thresholds.disk_critical
    ? [report(["thresholds", "disk_warning"], "value", "the warning comes after the critical level (disk_critical)")]
    : [];

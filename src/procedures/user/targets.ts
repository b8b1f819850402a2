import type { Cluster } from "../../inventory/cluster.ts";
import { nearest } from "../../inventory/nearest.ts";

export type Found =
  | { readonly ok: true; readonly hosts: readonly string[] }
  | { readonly ok: false; readonly why: string };

/** The hosts a word stands for in this cluster; none is an error: a step that does nothing there is nobody's intent. */
export const hostsFor = (word: string, cluster: Cluster, subject: string): Found => {
  const hosts = byWord(word, cluster, subject);
  if (hosts === undefined) {
    const names = cluster.hosts.map(({ name }) => name);
    const near = nearest(word, names);
    return {
      ok: false,
      why: `there is no host "${word}"${near === undefined ? `; there are ${names.join(", ")}` : `; did you mean ${near}?`}`,
    };
  }
  return hosts.length === 0 ? { ok: false, why: `${cluster.name} has no ${word}` } : { ok: true, hosts };
};

const byWord = (word: string, cluster: Cluster, subject: string): readonly string[] | undefined => {
  const { shadow, web, galera, haproxy } = cluster;
  const members = galera?.members.map(({ host }) => host) ?? [];
  switch (word) {
    case "subject":
      return [subject];
    case "master":
      return shadow === undefined ? [] : [shadow.master];
    case "sub-servers":
      return shadow?.subs ?? [];
    case "origins":
      return web?.hosts ?? [];
    case "members":
      return members;
    case "one-member":
      return members.slice(0, 1);
    case "load-balancers":
      return haproxy?.loadBalancers.map(({ host }) => host) ?? [];
    default:
      return cluster.hosts.some(({ name }) => name === word) ? [word] : undefined;
  }
};

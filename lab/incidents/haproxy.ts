import { inHost } from "../hosts/process.ts";
import { ask, ensureHaproxy } from "../services/haproxy.ts";
import { balancer } from "../topology.ts";
import type { Incident } from "./incident.ts";

export const haproxyIncidents: readonly Incident[] = [
  {
    name: "server-drained",
    what: "web/web1 is set to drain by hand, and forgotten",
    breakIt: () => ask(balancer, "set server web/web1 state drain"),
    healIt: () => ask(balancer, "set server web/web1 state ready"),
  },
  {
    name: "haproxy-down",
    what: "HAProxy is stopped on lb1",
    breakIt: () => inHost(balancer, "systemctl stop haproxy"),
    healIt: ensureHaproxy,
  },
];

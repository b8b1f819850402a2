import { ADDRESS, NODES, SITE } from "../layout.ts";

/** lb1's haproxy.cfg: what the simulated proxies do. */
export const configuration = `global
  log /dev/log local0 notice
  user haproxy
  group haproxy
  daemon
  maxconn 2000
  stats socket /run/haproxy/admin.sock user haproxy group haproxy mode 660 level admin
  stats socket ipv4@${ADDRESS.lb1}:9999 level operator
  server-state-file /var/lib/haproxy/server-state

defaults
  mode http
  timeout connect 3s
  timeout client 30s
  timeout server 30s
  load-server-state-from-file global
  default-server inter 2s fall 3 rise 2

frontend shop
  bind *:80
  default_backend web

backend web
  balance roundrobin
  cookie SRV insert indirect nocache httponly
  option httpchk
  http-check send meth GET uri ${SITE.health} hdr Host ${SITE.name}
  http-check expect status 200
${NODES.map((name) => `  server ${name} ${ADDRESS[name]}:80 check cookie ${name} maxconn 64`).join("\n")}

# One writer, the others in reserve: rows written on several members at once would collide.
listen mysql
  bind ${ADDRESS.lb1}:3306
  mode tcp
  option httpchk GET /
  default-server port 9200 on-marked-down shutdown-sessions
${NODES.map((name, index) => `  server ${name} ${ADDRESS[name]}:3306 check${index === 0 ? "" : " backup"}`).join("\n")}

frontend stats
  bind *:8404
  stats enable
  stats uri /stats
`;

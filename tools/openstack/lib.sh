# Shared by up, down and check. Sourced, never run.
# shellcheck shell=bash disable=SC2034 # its readers are the files that source it
W=${OPENSTACK_AIO_DIR:-/var/lib/openstack-aio}
HOST_ADDR=${OPENSTACK_AIO_HOST_ADDR:-172.29.224.1}       # this machine, as the servers see it
NET_CIDR=${OPENSTACK_AIO_CIDR:-172.29.224.0/24}          # must hold HOST_ADDR
POOL=${OPENSTACK_AIO_POOL:-172.29.224.20-172.29.224.199} # addresses handed to servers
VIRT=${OPENSTACK_AIO_VIRT:-qemu}                         # qemu (TCG) | kvm | fake
CPU=${OPENSTACK_AIO_CPU:-}                               # libvirt CPU model of the servers; empty: host-model
PASS=${OPENSTACK_AIO_PASS:-openstack-aio}                # every account here; nothing listens beyond loopback
REGION=RegionOne
DBPORT=13306 MQPORT=15673 MQDIST=15674 EPMD=14369
IF_HOST=aio0 IF_PHYS=aio0p                               # veth pair: host end, end put in neutron's bridge

PATH=/usr/sbin:/usr/bin:/sbin:/bin                       # never a python3 from somewhere else
CLEAN=(env -i PATH="$PATH" HOME="$W" LANG=C.UTF-8 PYTHONUNBUFFERED=1)

say() { printf '%6.1fs %s\n' "$(( ($(date +%s%N) - T0) / 100000000 ))e-1" "$*" >&2; }
T0=$(date +%s%N)
die() { say "FAILED: $*"; exit 1; }

# Nothing for a zombie: pid 1 may be slow to reap, or never do it.
starttime() {
  local s f; s=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  read -ra f <<<"${s##*) }"; [[ ${f[0]} != [ZX] ]] && echo "${f[19]}"
}
# A pidfile holds "pid starttime": a recycled pid never matches.
alive() {
  local p t; read -r p t 2>/dev/null <"$W/run/$1.pid" || return 1
  [ -n "$t" ] && [ "$(starttime "$p")" = "$t" ]
}
start() { # name command...: in a session of its own, so that its forks can be ended with it
  local n=$1 p; shift
  alive "$n" && return 0
  : >"$W/log/$n.out"
  ( cd "$W" && exec setsid "${CLEAN[@]}" "$@" </dev/null >>"$W/log/$n.out" 2>&1 9>&- ) &
  p=$!
  echo "$p $(starttime "$p")" >"$W/run/$n.pid"
}
stop() { # name [seconds]: TERM, then KILL
  local p t i n=$1
  read -r p t 2>/dev/null <"$W/run/$n.pid" || return 0
  if [ -n "$t" ] && [ "$(starttime "$p")" = "$t" ]; then
    kill -TERM "$p" 2>/dev/null
    for ((i = 0; i < ${2:-10} * 10; i++)); do alive "$n" || break; sleep 0.1; done
    kill -KILL -- "-$p" 2>/dev/null      # its process group: what it forked and left
  fi
  rm -f "$W/run/$n.pid"
}
wait_for() { # seconds what command...
  local s=$1 what=$2 i; shift 2
  for ((i = 0; i < s * 5; i++)); do "$@" >/dev/null 2>&1 && return 0; sleep 0.2; done
  die "$what not ready after $s s; see $W/log"
}
http() { curl -s -o /dev/null --noproxy '*' --max-time 5 "$1"; }
sql() { mariadb --no-defaults -S "$W/run/mysqld.sock" -u root -BN "$@"; }

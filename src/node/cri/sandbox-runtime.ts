/**
 * What containerd runs in runc's place for pods of the ordinary kind: a shell script that makes the sandbox itself and leaves everything else
 * to runc. A sandbox is one process that sleeps as nobody and holds the pod's namespaces; runc starts itself four times for it, and sets up
 * a mount namespace, devices and hidden paths for a program that never looks at them: 60 ms of processor time, a quarter of a pod's start.
 *
 * What the script does not know goes to runc: it acts on sandboxes alone whose configuration says what it expects, word for word. Containers
 * are made by runc always; the script only tells those that runc has made to go on, which is to read one byte.
 */
import type { corev1 } from "../../api/mod.ts";
import type { CgroupHierarchies, CgroupMount } from "../cgroups/hierarchies.ts";

/** The programs that the script runs. */
export const sandboxPrograms = [
  "runc",
  "nsenter",
  "unshare",
  "setpriv",
  "chroot",
  "cat",
  "mkdir",
  "rmdir",
  "rm",
  "sleep",
] as const;

/** Their paths. */
export type SandboxCommands = { readonly [Name in (typeof sandboxPrograms)[number]]: string };

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const head = (commands: SandboxCommands, { mounts }: CgroupHierarchies) => `#!/bin/sh
# Makes the sandboxes of pods and has runc do the rest. Written by Kubets anew at each start: changes are lost.
${sandboxPrograms.map((name) => `${name}=${quoted(commands[name])}`).join("\n")}
hierarchy=${quoted(mounts[0]?.path ?? "")}
`;

/** `cpuset` of version 1 has no processors until it is given some. */
function joinOne({ path, controllers }: CgroupMount): string {
  const own = (file: string) => `${quoted(path)}"$cgroup/${file}"`;
  const inherit = (file: string) =>
    `read -r value <${quoted(path)}"\${cgroup%/*}/${file}" && echo "$value" >${own(file)} &&`;
  return [
    ...(controllers.includes("cpuset") ? [inherit("cpuset.cpus"), inherit("cpuset.mems")] : []),
    ...(controllers.includes("cpu") ? [`echo 2 >${own("cpu.shares")} &&`] : []),
    `echo 0 >${own("cgroup.procs")} &&`,
  ].join("\n    ");
}

const cgroupFunctions = ({ mounts }: CgroupHierarchies) => `
make_cgroups() {
  "$mkdir" ${mounts.map(({ path }) => `${quoted(path)}"$cgroup"`).join(" ")} 2>/dev/null
}

# The process that calls it.
join_cgroups() {
    ${mounts.map(joinOne).join("\n    ")}
    :
}

remove_cgroups() {
  "$rmdir" ${mounts.map(({ path }) => `${quoted(path)}"$cgroup"`).join(" ")} 2>/dev/null
}
`;

const words = String.raw`
option='' root='' bundle='' pid_file='' forced='' command='' id='' signal='' unknown='' pid=''
for word; do
  case $option in
  --root) root=$word option='' ;;
  --bundle) bundle=$word option='' ;;
  --pid-file) pid_file=$word option='' ;;
  --log | --log-format) option='' ;;
  *)
    case $word in
    --root | --bundle | --pid-file | --log | --log-format) option=$word ;;
    --force) forced=yes ;;
    --all) ;;
    -*) unknown=$word ;;
    *) if [ -z "$command" ]; then command=$word; elif [ -z "$id" ]; then id=$word; else signal=$word; fi ;;
    esac
    ;;
  esac
done
`;

/** A file in a sandbox's bundle, which lies beside those of the pod's containers, says that it was made here: it has the sandbox's cgroup. */
const body = String.raw`
[ -z "$unknown" ] && [ -n "$id" ] || exec "$runc" "$@"
mark=${"$"}{PWD%/*}/$id/kubets-sandbox failed=$0.failed

# Anything else may be the whole machine's.
is_cgroup() {
  case $cgroup in *:*) return 1 ;; /?*/?*) ;; *) return 1 ;; esac
}

# Of "name":"value" in $part.
text() {
  value=${"$"}{part#*:\"}
  value=${"$"}{value%%\"*}
}

number() {
  value=${"$"}{part##*:}
  value=${"$"}{value%\}}
  case $value in '' | *[!0-9-]*) return 1 ;; esac
}

# Part by part: to search the whole for each takes a shell longer than runc takes to make a sandbox.
read_parts() {
  user='' group='' score='' hostname='' network='' cgroup=''
  set -f
  IFS=,
  for part in $conf; do
    case $part in
    '"process":{"user":{"uid":'*) number && user=$value ;;
    '"gid":'*) number && group=$value ;;
    '"oomScoreAdj":'*) number && score=$value ;;
    '"hostname":"'*'"') text && hostname=$value ;;
    '"path":"/'*'"}]'*) text && network=$value ;;
    '"cgroupsPath":"/'*'"'*) text && cgroup=$value ;;
    esac
  done
  unset IFS
  set +f
}

understood() {
  [ "$bundle" = "$PWD" ] && [ -n "$pid_file" ] && ! [ -e "$failed" ] || return 1
  conf=$("$cat" "$bundle/config.json")
  case $conf in
  *'"apparmorProfile"'* | *'"selinuxLabel"'* | *'"seccomp"'* | *'"hooks"'* | *'Mappings"'* | *\\*) return 1 ;;
  esac
  for part in '"io.kubernetes.cri.container-type":"sandbox"' '"args":["/pause","-P"]' \
    '"root":{"path":"rootfs","readonly":true}' \
    '"sysctl":{"net.ipv4.ip_unprivileged_port_start":"0","net.ipv4.ping_group_range":"0 2147483647"}' \
    '"namespaces":[{"type":"pid"},{"type":"ipc"},{"type":"uts"},{"type":"mount"},{"type":"network","path":"/'; do
    case $conf in *"$part"*) ;; *) return 1 ;; esac
  done
  read_parts
  [ -n "$user" ] && [ "$user" -gt 0 ] && [ -n "$group" ] && [ -n "$score" ] && [ -n "$hostname" ] || return 1
  [ ${"$"}{#hostname} -le 64 ] && [ -n "$network" ] && is_cgroup
}

# Within the pod's namespaces. Who waits for the end of the complaints knows then that all is set. What the program may see and do is what
# runc would leave it: nothing of containerd's environment, and no rights, whatever it runs.
inside='
echo "$1" >/proc/sys/kernel/hostname &&
  echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start &&
  echo "0 2147483647" >/proc/sys/net/ipv4/ping_group_range &&
  echo "$2" >/proc/self/oom_score_adj || exit
exec "$3" --reset-env --no-new-privs --bounding-set=-all,+setuid,+setgid,+sys_chroot,+dac_read_search \
  "$4" --groups= --userspec="$5" "$6" /pause -P 2>/dev/null'

launch() {
  join_cgroups && exec "$nsenter" --net="$network" "$unshare" --ipc --uts /bin/sh -c "$inside" sandbox \
    "$hostname" "$score" "$setpriv" "$chroot" "+$user:+$group" "$bundle/rootfs"
}

make() {
  make_cgroups && echo "$cgroup" >"$mark" || return 1
  pid=$(
    launch 2>&1 >/dev/null </dev/null &
    echo $!
  )
  case $pid in '' | *[!0-9]*) return 1 ;; esac
  printf %s "$pid" >"$pid_file"
}

# Those of the sandbox get the signal; without one they are only looked for.
each_process() {
  found=''
  while read -r pid; do
    found=$pid
    [ -z "$1" ] || kill "-$1" "$pid" 2>/dev/null
  done 2>/dev/null <"$hierarchy$cgroup/cgroup.procs"
  [ -n "$found" ]
}

# The last steps before the program make no complaints.
becomes_program() {
  left=200
  until read -r name <"/proc/$found/comm" && [ "$name" = pause ]; do
    [ $left -gt 0 ] && each_process '' || return 1
    left=$((left - 1))
    "$sleep" 0.002
  done 2>/dev/null
}

unmake() {
  each_process 9
  left=100
  until remove_cgroups || ! [ -d "$hierarchy$cgroup" ] || [ $left = 0 ]; do
    left=$((left - 1))
    each_process 9
    "$sleep" 0.02
  done
}

say() {
  echo "$1" >&2
  exit 1
}

of_sandbox() {
  case $command in
  start)
    if each_process '' && becomes_program; then exit 0; fi
    # The next ones are made by runc, or it says why they cannot be.
    : >"$failed"
    say 'cannot start a container that has stopped'
    ;;
  kill) each_process "${"$"}{signal:-15}" || say 'container not running' ;;
  delete)
    if [ -z "$forced" ] && each_process ''; then say "cannot delete container $id that is not stopped"; fi
    unmake
    ;;
  *) exec "$runc" "$@" ;;
  esac
  exit 0
}

# What runc has made waits for a reader of its pipe, writes one byte and becomes the container's program. The pipe is opened for both first,
# which never waits. Nothing to read: the process is not that far yet, and finds this reader when it is, or has died, which runc can explain
# (by then its number may be another's: the wait has an end). What is to be run after the start is for runc to run.
let_go() {
  pipe=$root/$id/exec.fifo bundle=${"$"}{PWD%/*}/$id byte='' left=1000
  [ -p "$pipe" ] && read -r pid <"$bundle/init.pid"
  case $pid in '' | *[!0-9]*) return ;; esac
  case $("$cat" "$bundle/config.json") in *'"poststart"'*) return ;; esac
  exec 3<>"$pipe" 4<"$pipe" 3>&-
  until
    read -r byte <&4
    [ "$byte" = 0 ]
  do
    kill -0 "$pid" 2>/dev/null && [ $left -gt 0 ] || return
    left=$((left - 1))
    "$sleep" 0.005
  done
  exec "$rm" -f "$pipe"
}

if [ -f "$mark" ]; then
  read -r cgroup <"$mark"
  # Who was killed before it was written has made nothing but empty cgroups.
  [ "$command" = create ] || ! is_cgroup || of_sandbox "$@"
fi
case $command in
create)
  if understood; then
    make && exit 0
    unmake
    "$rm" -f "$mark"
  fi
  ;;
start) let_go ;;
esac
exec "$runc" "$@"
`;

/** Name of the handler in containerd's configuration. */
export const ordinaryHandler = "kubets";

/** Pods whose containers see neither each other's processes nor the node's: the sandbox has no process namespace that they could join. */
export function isOrdinary({ hostNetwork, hostPID, hostIPC, shareProcessNamespace }: corev1.PodSpec): boolean {
  return !hostNetwork && !hostPID && !hostIPC && !shareProcessNamespace;
}

/** For ordinary pods only. */
export function sandboxRuntimeScript(commands: SandboxCommands, hierarchies: CgroupHierarchies): string {
  return [head(commands, hierarchies), cgroupFunctions(hierarchies), words, body].join("");
}

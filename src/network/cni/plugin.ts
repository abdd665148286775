/**
 * The node's network plugin: a shell script that the container runtime runs for each pod. The distribution's plugins, four programs for a
 * pod, spend ten times as long on their own start as on the network.
 *
 * A pod gets its own link to the node, not a port of a bridge: every packet between pods is routed and so passes the packet filter, without
 * which Services between pods of one node would need the kernel's bridge filter. Addresses in use lie in a folder, a file for each, with
 * the sandbox's id: the form of the `host-local` plugin, whose files are taken over.
 */
import { formatAddress, formatNetwork, networkOf, sizeOf } from "../addresses.ts";

export interface PluginOptions {
  /** `10.244.3.0/24`; the first address is the node's end of all links. */
  readonly podNetwork: string;
  /** Folder of the addresses in use. */
  readonly addresses: string;
  /** Bytes; absent: what the kernel takes. */
  readonly mtu?: number;
  readonly commands?: PluginCommands;
}

/** The programs that the script runs. */
export const pluginPrograms = ["ip", "nsenter", "rm", "tr", "portmap"] as const;

/** Their paths; what is absent is looked for on the runtime's PATH, which may lack the folders of root. */
export type PluginCommands = { readonly [Name in (typeof pluginPrograms)[number]]?: string };

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function commandParameters(commands: PluginCommands = {}): readonly string[] {
  return pluginPrograms.map((name) => `${name}=${quoted(commands[name] ?? name)}`);
}

function parameters({ podNetwork, addresses, mtu, commands }: PluginOptions): string {
  const network = networkOf(podNetwork);
  const { base, bits } = network;
  return [
    ...commandParameters(commands),
    `addresses=${quoted(addresses)}`,
    `prefix=${bits}`,
    `network=${formatNetwork(network)}`,
    `gateway=${formatAddress(base + 1)}`,
    `first=${base + 2}`,
    `last=${base + sizeOf(bits) - 2}`,
    `mtu=${quoted(mtu === undefined ? "" : `mtu ${mtu}`)}`,
  ].join("\n");
}

/** Reads the configuration: one line of JSON, without its end. */
const input = String.raw`
conf=''
while IFS= read -r line || [ -n "$line" ]; do conf=$conf$line; done
version=${"$"}{conf#*\"cniVersion\":\"}
version=${"$"}{version%%\"*}

# Tells the runtime of an error, by the code that CNI has for it.
report() {
  printf '{"cniVersion":"%s","code":%d,"msg":"%s"}\n' "$version" "$1" "$2"
}

refuse() {
  report "$@"
  exit 1
}

case $version in
0.3.0 | 0.3.1 | 0.4.0) family='"version":"4",' ;;
1.0.0) family='' ;;
*)
  version=1.0.0
  refuse 1 'the configuration has no version that this plugin speaks'
  ;;
esac
`;

const announcement = String.raw`CNI_COMMAND=${"$"}{CNI_COMMAND-}
if [ "$CNI_COMMAND" = VERSION ]; then
  printf '{"cniVersion":"1.0.0","supportedVersions":["0.3.0","0.3.1","0.4.0","1.0.0"]}\n'
  exit 0
fi
`;

const head = (what: string) => `#!/bin/sh\n# ${what} Written by Kubets anew at each start: changes are lost.\nset -u\n`;

const body = String.raw`
if [ -z "${"$"}{CNI_CONTAINERID-}" ] || [ -z "${"$"}{CNI_IFNAME-}" ]; then refuse 4 'CNI_CONTAINERID or CNI_IFNAME is missing'; fi
CNI_NETNS=${"$"}{CNI_NETNS-}
rest=${"$"}{CNI_CONTAINERID#???????????}
link=veth${"$"}{CNI_CONTAINERID%"$rest"}

# Answers in $reserved the address given last. Others write that file meanwhile, and a disk may lose what was in it: it decides only where
# the search begins.
recall() {
  reserved=''
  { read -r reserved <"$addresses/last_reserved_ip.0"; } 2>/dev/null
  case $reserved in *[!0-9.]*) reserved='' ;; esac
  IFS=.
  set -- $reserved
  unset IFS
  count=$#
  for part; do
    case $part in 0 | [1-9] | [1-9][0-9] | [12][0-9][0-9]) ;; *) count=0 ;; esac
  done
  [ $count -eq 4 ] || reserved=$gateway
}

# The file of $address is made by this process or by no one, and goes again where it cannot be filled. The form is that of host-local.
claim() {
  made=''
  {
    made=yes
    printf '%s\n%s' "$CNI_CONTAINERID" "$CNI_IFNAME"
  } >"$addresses/$address" && return
  [ -n "$made" ] || return
  # The shell says that writing failed, a program says why.
  printf %s "$CNI_CONTAINERID" | "$tr" -d '\n' >|"$addresses/$address"
  "$rm" -f "$addresses/$address"
  return 1
}

# In place and always of one length: whoever reads it meanwhile finds an address, and a full disk takes it.
remember() {
  { printf '%-15s\n' "$address" 1<>"$addresses/last_reserved_ip.0"; } 2>/dev/null
  return 0
}

# Answers in $address one that nobody has.
take() {
  recall
  IFS=.
  set -- $reserved
  unset IFS
  number=$((($1 << 24) + ($2 << 16) + ($3 << 8) + $4))
  left=$((last - first + 1))
  set -C
  while [ $left -gt 0 ]; do
    left=$((left - 1))
    number=$((number + 1))
    if [ $number -lt $first ] || [ $number -gt $last ]; then number=$first; fi
    address=$((number >> 24)).$((number >> 16 & 255)).$((number >> 8 & 255)).$((number & 255))
    if { claim; } 2>/dev/null; then remember; return; fi
    [ -e "$addresses/$address" ] && continue
    # Its pod has given it back since, or nothing can be written.
    if complaint=$(claim 2>&1); then remember; return; fi
    [ -e "$addresses/$address" ] || fail 5 "the address $address was not taken: $(spoken "$complaint")"
  done
  fail 11 "no addresses available in network $network"
}

# As the text of a JSON string.
spoken() {
  printf %s "$1" | "$tr" '"\\\n\t' "'/  "
}

# Runs a command for each address of this sandbox, its file the last argument. Lines may end as host-local ends them.
holdings() {
  for file in "$addresses"/*.*.*.*; do
    holder=''
    { read -r holder <"$file"; } 2>/dev/null
    case $holder in "$CNI_CONTAINERID" | "$CNI_CONTAINERID"?) "$@" "$file" ;; esac
  done
}

disconnect() {
  "$ip" link delete "$link" 2>/dev/null
}

free() {
  holdings "$rm" -f
}

fail() {
  disconnect
  free
  refuse "$@"
}

# The pod's end is made inside and its peer put out here, so that two programs do it all.
connect() {
  "$nsenter" --net="$CNI_NETNS" "$ip" -batch - <<EOF || return 1
link add name $CNI_IFNAME $mtu type veth peer name $link $mtu netns /proc/$$/ns/net
address add $address/$prefix dev $CNI_IFNAME noprefixroute
link set $CNI_IFNAME up
link set lo up
route add $gateway dev $CNI_IFNAME scope link src $address
route add $network via $gateway dev $CNI_IFNAME src $address
route add default via $gateway dev $CNI_IFNAME
EOF
  "$ip" -batch - <<EOF
link set $link up
address add $gateway/32 dev $link
route add $address/32 dev $link scope link
EOF
}

# Ports of the node are the distribution's business, and asked for by few pods.
ported() {
  case $conf in *'"portMappings":[{'*) ;; *) return 1 ;; esac
  command -v "$portmap" >/dev/null || refuse 999 'the program portmap, which ports of the node need, is missing'
}

forward() {
  # It looks for iptables on the PATH, which may lack the folders of root.
  printf '%s' "$1" | PATH=${"$"}{PATH-}:/usr/sbin:/usr/bin:/sbin:/bin "$portmap"
}

add() {
  ports=''
  ported && ports=yes
  take
  complaint=$(connect 2>&1) || fail 999 "the pod's link was not made: $(spoken "$complaint")"
  result='{"cniVersion":"'$version'","interfaces":[{"name":"'$link'"},{"name":"'$CNI_IFNAME'","sandbox":"'$CNI_NETNS'"}],"ips":[{'$family'"interface":1,"address":"'$address/$prefix'","gateway":"'$gateway'"}],"routes":[{"dst":"0.0.0.0/0"}],"dns":{}}'
  if [ -z "$ports" ]; then
    printf '%s\n' "$result"
    return
  fi
  forward "${"$"}{conf%\}},\"prevResult\":$result}" && return
  disconnect
  CNI_COMMAND=DEL
  forward "$conf" >/dev/null && free
  exit 1
}

# While a port of the node leads to the address, no other pod may have it: the runtime asks again.
remove() {
  disconnect
  if ported; then forward "$conf" || exit 1; fi
  free
}

named() {
  address=${"$"}{1##*/}
}

# Of the pod's own network: Debian's portmap, asked for ports, misses rules for IPv6 that it has not made.
check() {
  address=''
  holdings named
  [ -n "$address" ] || refuse 999 'the pod has no address'
  [ -n "$("$ip" -o link show dev "$link" up 2>/dev/null)" ] || refuse 999 "the node's link $link is missing or down"
  case $("$nsenter" --net="$CNI_NETNS" "$ip" -o -4 address show dev "$CNI_IFNAME" up 2>/dev/null) in
  *" $address/$prefix "*) ;;
  *) refuse 999 "the pod's link $CNI_IFNAME is missing, down or without the address $address" ;;
  esac
}

case $CNI_COMMAND in
ADD) add ;;
DEL) remove ;;
CHECK) check ;;
*) refuse 4 'CNI_COMMAND is none of ADD, DEL, CHECK and VERSION' ;;
esac
exit 0
`;

/** What the runtime runs as the plugin `kubets`. */
export function pluginScript(options: PluginOptions): string {
  return `${head("Links pods to this node (CNI).")}${announcement}\n${parameters(options)}\n${input}${body}`;
}

/** The runtime itself asks for a plugin `loopback`; the other one has seen to it already. */
export function loopbackScript(): string {
  const result = String.raw`printf '{"cniVersion":"%s","interfaces":[{"name":"lo","sandbox":"%s"}],"ips":[{%s"interface":0,"address":"127.0.0.1/8"}],"dns":{}}\n' "$version" "$CNI_NETNS" "$family"`;
  return `${head("The loopback interface is set up by the plugin kubets (CNI).")}${announcement}${input}
case $CNI_COMMAND in
ADD) ${result} ;;
DEL | CHECK) ;;
*) refuse 4 'CNI_COMMAND is none of ADD, DEL, CHECK and VERSION' ;;
esac
exit 0
`;
}

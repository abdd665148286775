/**
 * The node's network plugin: a shell script that the container runtime runs for each pod. The distribution's plugins, four programs for a
 * pod, spend ten times as long on their own start as on the network.
 *
 * A pod gets its own link to the node, not a port of a bridge: every packet between pods is routed and so passes the packet filter, without
 * which Services between pods of one node would need the kernel's bridge filter. Addresses in use lie in a folder, a file for each, with
 * the sandbox's id: the form of the `host-local` plugin, whose files are taken over.
 */

export interface PluginOptions {
  /** `10.244.3.0/24`; the first address is the node's end of all links. */
  readonly podNetwork: string;
  /** Folder of the addresses in use. */
  readonly addresses: string;
  /** Bytes; absent: what the kernel takes. */
  readonly mtu?: number;
  readonly commands?: PluginCommands;
}

/** Paths of the programs that the script runs; what is absent is looked for on the runtime's PATH, which may lack the folders of root. */
export interface PluginCommands {
  readonly ip?: string;
  readonly nsenter?: string;
  readonly rm?: string;
  readonly tr?: string;
  readonly portmap?: string;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}

interface Network {
  readonly address: number;
  readonly prefix: number;
  readonly size: number;
}

function parseNetwork(text: string): Network {
  const [base = "", prefixText = "24"] = text.split("/");
  const prefix = Number(prefixText);
  const size = 2 ** (32 - prefix);
  const number = base.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return { address: number - (number % size), prefix, size };
}

const commandNames = ["ip", "nsenter", "rm", "tr", "portmap"] as const;

const commandParameters = (commands: PluginCommands = {}): readonly string[] =>
  commandNames.map((name) => `${name}=${quoted(commands[name] ?? name)}`);

function parameters({ podNetwork, addresses, mtu, commands }: PluginOptions): string {
  const { address, prefix, size } = parseNetwork(podNetwork);
  return [
    ...commandParameters(commands),
    `addresses=${quoted(addresses)}`,
    `prefix=${prefix}`,
    `network=${dotted(address)}/${prefix}`,
    `gateway=${dotted(address + 1)}`,
    `first=${address + 2}`,
    `last=${address + size - 2}`,
    `mtu=${quoted(mtu === undefined ? "" : `mtu ${mtu}`)}`,
  ].join("\n");
}

/** Reads the configuration: one line of JSON, without its end. */
const input = String.raw`
conf=''
while IFS= read -r line || [ -n "$line" ]; do conf=$conf$line; done
version=${"$"}{conf#*\"cniVersion\":\"}
version=${"$"}{version%%\"*}
`;

const versions = String.raw`printf '{"cniVersion":"1.0.0","supportedVersions":["0.3.0","0.3.1","0.4.0","1.0.0"]}\n'`;

const head = (what: string) => `#!/bin/sh\n# ${what} Written by Kubets anew at each start: changes are lost.\nset -u\n`;

const body = String.raw`
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

# Of this sandbox. Lines may end as host-local ends them.
free() {
  for file in "$addresses"/*.*.*.*; do
    holder=''
    { read -r holder <"$file"; } 2>/dev/null
    case $holder in "$CNI_CONTAINERID" | "$CNI_CONTAINERID"?) "$rm" -f "$file" ;; esac
  done
}

undo() {
  "$ip" link delete "$link" 2>/dev/null
  free
}

fail() {
  undo
  printf '{"cniVersion":"%s","code":%d,"msg":"%s"}\n' "$version" "$1" "$2"
  exit 1
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
portmap() {
  for program in /usr/lib/cni/portmap /opt/cni/bin/portmap portmap; do
    if command -v "$program" >/dev/null; then
      printf '%s' "$1" | "$program"
      return
    fi
  done
  return 127
}

add() {
  take
  complaint=$(connect 2>&1) || fail 999 "the pod's link was not made: $(spoken "$complaint")"
  result='{"cniVersion":"'$version'","interfaces":[{"name":"'$link'"},{"name":"'$CNI_IFNAME'","sandbox":"'$CNI_NETNS'"}],"ips":[{"version":"4","interface":1,"address":"'$address/$prefix'","gateway":"'$gateway'"}],"routes":[{"dst":"0.0.0.0/0"}],"dns":{}}'
  case $conf in
  *'"portMappings":[{'*)
    portmap "${"$"}{conf%\}},\"prevResult\":$result}" && return
    undo
    exit 1
    ;;
  esac
  printf '%s\n' "$result"
}

remove() {
  case $conf in *'"portMappings":[{'*) portmap "$conf" ;; esac
  undo
}

case $CNI_COMMAND in
ADD) add ;;
DEL) remove ;;
esac
exit 0
`;

/** What the runtime runs as the plugin `kubets`. */
export function pluginScript(options: PluginOptions): string {
  const version = `if [ "$CNI_COMMAND" = VERSION ]; then\n  ${versions}\n  exit 0\nfi\n`;
  return `${head("Links pods to this node (CNI).")}${version}\n${parameters(options)}\n${input}${body}`;
}

/** The runtime itself asks for a plugin `loopback`; the other one has seen to it already. */
export function loopbackScript(): string {
  const result = String.raw`printf '{"cniVersion":"%s","interfaces":[{"name":"lo","sandbox":"%s"}],"ips":[{"version":"4","interface":0,"address":"127.0.0.1/8"}],"dns":{}}\n' "$version" "$CNI_NETNS"`;
  return `${head("The loopback interface is set up by the plugin kubets (CNI).")}${input}
case $CNI_COMMAND in
VERSION) ${versions} ;;
ADD) ${result} ;;
esac
exit 0
`;
}

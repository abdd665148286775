/**
 * Claims of processes to what only one may have: a cluster's name, a data folder. The owner is in a link, which is made with what it says at once; one
 * whose owner is gone counts for nothing.
 */
import { readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { runRoot } from "./paths.ts";
import { identify, isAlive } from "./state.ts";

/** Takes a cluster's name for this process; answers whether it could. */
export const claimName = (name: string): boolean => claim(nameOwner(name));

export const isClaimed = (name: string): boolean => isAlive(identityOf(ownerOf(nameOwner(name))));

const nameOwner = (name: string): string => join(runRoot(), name, "owner");

/** The same for what another link stands for. */
export function claim(path: string): boolean {
  while (!link(path)) {
    const owner = ownerOf(path);
    const identity = identityOf(owner);
    if (isAlive(identity)) return identity.pid === process.pid;
    if (owner !== undefined && !succeed(path, owner)) return false;
  }
  return true;
}

/**
 * Ends the claim of an owner that is gone; answers false where another process is doing so. Of two that saw the same one the second would remove the
 * claim of the first: so only who holds the link of this owner's successor may, which then takes the place of the owner's in one step.
 */
function succeed(path: string, owner: string): boolean {
  const successor = `${path}.${owner}`;
  if (!claim(successor)) return false;
  if (ownerOf(path) === owner) renameSync(successor, path);
  else rmSync(successor);
  return true;
}

/** False where it is another process's, which lives. */
export function giveUpClaim(path: string): boolean {
  if (!claim(path)) return false;
  rmSync(path, { force: true });
  return true;
}

/** False where there is one. */
function link(path: string): boolean {
  const { pid, startTicks } = identify(process.pid);
  try {
    symlinkSync(`${pid}.${startTicks}`, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  }
}

/** Nothing where it has just been given up; nobody where it is no link, as a copy of the folder may have made of it. */
function ownerOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : "";
  }
}

function identityOf(owner = "0.0") {
  const [pid = 0, startTicks = 0] = owner.split(".").map(Number);
  return { pid, startTicks };
}

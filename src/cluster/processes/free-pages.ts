/**
 * The C library's allocator keeps what is freed in the midst of its heaps: after a burst most of a process can be that. glibc gives such pages
 * back when it is told to, and Node itself never tells it.
 */

/** Gives back all pages without anything in use; holds the process for up to half a millisecond a MiB. Nothing where the allocator is another. */
export function freePagesGiver(): () => void {
  try {
    // Absent in older versions of Node and in some builds.
    const ffi = process.getBuiltinModule("node:ffi");
    const { functions } = ffi.dlopen(null, { malloc_trim: { arguments: ["uint64"], return: "int32" } });
    // What is kept at the end of the heap.
    return () => void functions.malloc_trim(0n);
  } catch {
    return () => {};
  }
}
